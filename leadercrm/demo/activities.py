"""The demo's activities: what its people did for each deal, and what is still to be done."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random

from crm.models import Activity, ActivityStatus, ActivityType, Priority, StageType
from leadercrm.demo.deals import Market, Sale
from leadercrm.demo.office import at_work
from leadercrm.demo.reference_rows import ACTIVITY, CONTACT

CALL, EMAIL, MEETING, TASK = ActivityType.CALL, ActivityType.EMAIL, ActivityType.MEETING, ActivityType.TASK
# What is done in the open stages of the pipeline, the first stage first; `{who}` is a contact or the deal.
STEPS = (
    ((CALL, "Primera llamada con {who}"), (EMAIL, "Enviar presentación a {who}")),
    ((MEETING, "Reunión de diagnóstico con {who}"), (CALL, "Confirmar presupuesto con {who}")),
    ((TASK, "Preparar propuesta para {who}"), (CALL, "Seguimiento de la propuesta con {who}")),
    ((MEETING, "Negociación con {who}"), (EMAIL, "Enviar condiciones de pago a {who}")),
)
AFTER_SALES = ((CALL, "Llamada de posventa a {who}"),)
PRIORITIES = (Priority.HIGH, Priority.MEDIUM, Priority.LOW)
PRIORITY_WEIGHTS = (25, 60, 15)
CANCELLED_OF_100 = 4
# Days from today on which the next steps of open deals are due: some are late.
NEXT = (-9, -4, -1, 0, 0, 1, 1, 2, 3, 5, 7, 11)
WEEK = timedelta(days=7)


def activities(sold: Sequence[Sale], market: Market, chance: Random) -> list[Activity]:
    """All of them in the order in which they were planned, numbered, the reference's under its id."""
    rows = [row for sale in sold for row in (*_done(sale, market, chance), *_next(sale, market, chance))]
    rows.extend(_weekly(market))
    rows.sort(key=attrgetter("created_at"))
    place = ACTIVITY["id"] - 1
    rows.insert(place, Activity(**ACTIVITY, created_at=rows[place - 1].created_at, user_id=market.staff.admin))
    for number, row in enumerate(rows, start=1):
        row.id = number
        row.derive()
    return rows


def _done(sale: Sale, market: Market, chance: Random) -> Iterator[Activity]:
    """What each stage that the deal has left asked for."""
    for step, later in zip(sale.way, sale.way[1:], strict=False):
        if step.stage.type != StageType.OPEN:
            continue
        for kind, subject in STEPS[min(step.stage.position, len(STEPS) - 1)]:
            due = at_work(step.at + (later.at - step.at) * chance.uniform(0.2, 0.9))
            row = _about(sale, kind, subject, chance)
            row.created_at, row.due_at = step.at, due
            if chance.randrange(100) < CANCELLED_OF_100:
                row.status = ActivityStatus.CANCELLED
            else:
                row.status, row.completed_at = ActivityStatus.COMPLETED, min(due, market.now)
            yield row


def _next(sale: Sale, market: Market, chance: Random) -> Iterator[Activity]:
    """The next steps of a deal that is open, and a call to who has bought lately."""
    last = sale.way[-1]
    if last.at < market.now - timedelta(days=120) or last.stage.type == StageType.LOST:
        return
    steps = STEPS[min(last.stage.position, len(STEPS) - 1)] if last.stage.type == StageType.OPEN else AFTER_SALES
    for kind, subject in steps:
        row = _about(sale, kind, subject, chance)
        row.created_at = last.at
        row.due_at = max(last.at, at_work(market.now + timedelta(days=chance.choice(NEXT))))
        yield row


def _weekly(market: Market) -> Iterator[Activity]:
    """The sales meeting of the last weeks and of the next one, about nothing in particular."""
    for weeks in range(-8, 2):
        due = _monday(market.now + weeks * WEEK)
        done = due < market.now
        yield Activity(
            subject="Reunión semanal de ventas",
            type=MEETING,
            user_id=market.staff.manager,
            created_at=due - WEEK,
            due_at=due,
            status=ActivityStatus.COMPLETED if done else ActivityStatus.PENDING,
            completed_at=due if done else None,
        )


def _monday(moment: datetime) -> datetime:
    return at_work(moment - timedelta(days=moment.weekday()))


def _about(sale: Sale, kind: ActivityType, subject: str, chance: Random) -> Activity:
    """A pending activity of the deal's owner: about the person it names, else about the deal."""
    contact = sale.contacts[0] if sale.contacts and sale.contacts[0].pk != CONTACT["id"] else None
    with_person = contact is not None and kind in (CALL, EMAIL)
    return Activity(
        subject=subject.format(who=contact.full_name if contact else sale.deal.name),
        type=kind,
        priority=chance.choices(PRIORITIES, PRIORITY_WEIGHTS)[0],
        user_id=sale.deal.owner_id,
        contact_id=contact.pk if contact and with_person else None,
        deal_id=None if with_person else sale.deal.pk,
    )
