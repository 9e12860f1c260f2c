"""The demo's events: the one that the reference prints, those before it, and what is to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from crm.models import Contact
from events.actions.attendees import CODE_LENGTH, CODE_LETTERS
from events.models import Attendee, AttendeeStatus, Event, Origin
from leadercrm.demo.firms import Staff
from leadercrm.demo.reference_rows import EVENT, EVENT_SEATS_TAKEN

S = AttendeeStatus
FIRST_ATTENDEES = 8
BEFORE: tuple[dict[str, Any], ...] = (
    {"title": "Desayuno fiscal: Cierre 2024", "type": "conference", "location": "Hotel Ancira, Monterrey",
     "start_at": datetime(2025, 1, 30, 14, 30, tzinfo=UTC), "end_at": datetime(2025, 1, 30, 17, tzinfo=UTC),
     "description": "Qué revisar antes de la declaración anual."},
    {"title": "Junta de ventas de abril", "type": "meeting", "location": "Sala de Juntas A", "is_mandatory": True,
     "start_at": datetime(2025, 4, 1, 15, tzinfo=UTC), "end_at": datetime(2025, 4, 1, 16, tzinfo=UTC)},
)  # fmt: skip
# How many days from now, at what hour in Monterrey, for how long, and what it is.
AROUND: tuple[tuple[int, int, float, dict[str, Any]], ...] = (
    (-20, 10, 3, {"title": "Taller: Nómina sin errores", "type": "workshop", "location": "Sala de Juntas B, Piso 3"}),
    (3, 9, 1, {"title": "Junta de resultados", "type": "meeting", "location": "Sala de Juntas A",
               "is_mandatory": True}),
    (9, 9, 2, {"title": "Desayuno con clientes: Reforma fiscal", "type": "conference", "is_open": True,
               "location": "Club Industrial, San Pedro Garza García", "max_attendees": 12,
               "description": "Los cambios que entran en vigor, caso por caso.\n\nHabrá café y preguntas."}),
    (24, 11, 1.5, {"title": "Webinar: Devoluciones de IVA", "type": "webinar", "location": "En línea",
                   "is_open": True, "description": "Cómo pedirlas, qué documentos reunir y cuánto tardan."}),
)  # fmt: skip
MORNING_IN_UTC = 6


@dataclass
class Occasions:
    """Rows by their kind, numbered from 1 on."""

    events: list[Event] = field(default_factory=list)
    attendees: list[Attendee] = field(default_factory=list)


def occasions(contacts: Sequence[Contact], staff: Staff, now: datetime, chance: Random) -> Occasions:
    """All of them; the third event is the reference's, and the attendee it checks in comes to it."""
    made = Occasions()
    guests = _shuffled(contacts, chance)
    for values in (*BEFORE, EVENT, *(_around(now, *each) for each in AROUND)):
        event = Event(
            **{"id": len(made.events) + 1, "owner_id": staff.manager, "reminder_minutes": None,
               "created_at": min(values["start_at"], now) - timedelta(days=25), **values}
        )  # fmt: skip
        made.events.append(event)
        made.attendees += _attendees(event, staff, guests, now, len(made.attendees), chance)
    return made


def _around(now: datetime, days: int, hour: int, hours: float, values: dict[str, Any]) -> dict[str, Any]:
    day = (now + timedelta(days=days)).replace(hour=hour + MORNING_IN_UTC, minute=0, second=0, microsecond=0)
    return {**values, "start_at": day, "end_at": day + timedelta(hours=hours)}


def _shuffled(contacts: Sequence[Contact], chance: Random) -> list[Contact]:
    reachable = [contact for contact in contacts if contact.emails]
    chance.shuffle(reachable)
    return reachable


def _attendees(
    event: Event, staff: Staff, guests: Sequence[Contact], now: datetime, before: int, chance: Random
) -> Iterator[Attendee]:
    """Users at what is mandatory, contacts at the rest; who came to what is over was checked in, most of them."""
    over = event.end_at < now
    for place, (who, status) in enumerate(_answers(event, staff, guests, chance), start=1):
        came = over and status == S.ACCEPTED and event.pk != EVENT["id"] and chance.random() < 0.8
        at = event.created_at + timedelta(hours=5 * place)
        yield Attendee(
            **who, id=before + place, event=event, status=status, code=_code(chance), created_at=at, updated_at=at,
            origin=Origin.MANDATORY if event.is_mandatory else chance.choice((Origin.INVITATION, Origin.PAGE)),
            waiting_since=at if status == S.WAITLISTED else None,
            checked_in_at=event.start_at + timedelta(minutes=chance.randrange(-15, 10)) if came else None,
        )  # fmt: skip


def _code(chance: Random) -> str:
    return "".join(chance.choices(CODE_LETTERS, k=CODE_LENGTH))


def _answers(
    event: Event, staff: Staff, guests: Sequence[Contact], chance: Random
) -> Iterator[tuple[dict[str, Any], AttendeeStatus]]:
    if event.is_mandatory:
        answers = (S.ACCEPTED, S.ACCEPTED, S.PENDING if event.pk != 2 else S.DECLINED)
        yield from (
            ({"user_id": pk}, status)
            for pk, status in zip((staff.admin, staff.manager, staff.sales), answers, strict=True)
        )
        return
    first = chance.randrange(max(1, len(guests) - 60))
    statuses = _statuses(event)
    chosen = guests[first : first + len(statuses)]
    yield from (({"contact_id": guest.pk}, status) for guest, status in zip(chosen, statuses, strict=True))


def _statuses(event: Event) -> list[AttendeeStatus]:
    if event.pk == EVENT["id"]:
        return [S.ACCEPTED] * EVENT_SEATS_TAKEN + [S.TENTATIVE] * 4 + [S.DECLINED] * 3
    if event.pk == 1:
        return [S.ACCEPTED] * FIRST_ATTENDEES
    if event.max_attendees:
        return [S.ACCEPTED] * event.max_attendees + [S.WAITLISTED] * 3 + [S.DECLINED] * 2 + [S.PENDING] * 6
    return [S.ACCEPTED] * 14 + [S.TENTATIVE] * 3 + [S.DECLINED] * 2 + [S.PENDING] * 5
