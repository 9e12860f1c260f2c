"""The demo's contacts and the notes about them."""

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from random import Random

from crm.models import Contact, Note
from leadercrm.core.text import fold, phone_digits
from leadercrm.demo.firms import Firm, Staff, phone
from leadercrm.demo.reference_rows import (
    COMPANY,
    COMPANY_CONTACTS,
    CONTACT,
    GARCIA_LEADS,
    NOTE,
    SEGMENT_MEMBERS,
    SUBMITTER,
)
from leadercrm.demo.vocabulary import (
    CITIES,
    JOB_TITLES,
    MEN,
    REMARKS,
    SOURCES,
    STAGE_WEIGHTS,
    STAGES,
    SURNAMES,
    WOMEN,
)

CONTACTS = 360
EVERY_NTH_COPIED = 60
EVERY_NTH_NOTED = 3


def people(firms: list[Firm], staff: Staff, now: datetime, chance: Random) -> list[Contact]:
    """The reference's contact under its id, then others in the order of their days up to `now`.

    `garcia` finds as many leads as the reference prints, and its company has as many contacts.
    """
    first = Contact(**CONTACT, owner_id=staff.admin)
    step = (now - first.created_at) / (CONTACTS + 1)
    made = [first]
    for number in range(2, CONTACTS + 1):
        created = first.created_at + step * number - timedelta(minutes=chance.randrange(600))
        if number % EVERY_NTH_COPIED == 0:
            made.append(_copy(made[number // 2], number, created, staff))
        else:
            made.append(_person(number, _employer(number, firms, chance), created, staff, chance))
    for name, value in {**SUBMITTER, "owner_id": staff.admin}.items():
        setattr(made[SUBMITTER["id"] - 1], name, value)
    _cap_garcia_leads(made)
    return made


def _employer(number: int, firms: list[Firm], chance: Random) -> Firm | None:
    """The reference's firm for the first contacts, another for the rest; one in ten has none."""
    own: Firm = firms[COMPANY["id"] - 1]
    if number <= COMPANY_CONTACTS:
        return own
    if number % 10 == 0:
        return None
    return chance.choice([firm for firm in firms if firm is not own])


def _person(number: int, firm: Firm | None, created: datetime, staff: Staff, chance: Random) -> Contact:
    woman = chance.random() < 0.5
    first_name = chance.choice(WOMEN if woman else MEN)
    father, mother = chance.sample(SURNAMES, 2)
    city = firm.city if firm else chance.choice(CITIES)
    fields = {"estado": city.state}
    if chance.random() < 0.4:
        fields["rfc"] = _rfc(first_name, father, mother, chance)
    return Contact(
        id=number,
        first_name=first_name,
        last_name=f"{father} {mother}",
        emails=[_address(f"{first_name} {father}{number}", firm)] if number % 11 else [],
        phones=[{"phone": phone(city, number), "type": "mobile"}] if number % 7 else [],
        job_title=chance.choice(JOB_TITLES)[0 if woman else 1] if firm else None,
        company_id=firm.row.pk if firm else None,
        lifecycle_stage=chance.choices(STAGES, STAGE_WEIGHTS)[0],
        owner_id=staff.owner(chance),
        source=chance.choice(SOURCES),
        city=city.name,
        country="México",
        custom_fields=fields,
        created_at=created,
    )


def _address(name: str, firm: Firm | None) -> dict[str, str]:
    """An address that leads nowhere: the reference's own company has a domain under .mx, its people here do not."""
    words = fold(name).split(" ")
    domain = (firm.row.domain or "").replace(".mx", ".example") if firm else "correo.example"
    return {"email": f"{words[0]}.{words[-1]}@{domain}", "type": "work" if firm else "personal"}


def _copy(original: Contact, number: int, created: datetime, staff: Staff) -> Contact:
    """The same person entered once more by somebody else, as it happens: no accents, an old way to dial."""
    dialled = [{"phone": f"044 {phone_digits(entry['phone'])[2:]}"} for entry in original.phones]
    return Contact(
        id=number,
        first_name=fold(original.first_name).title(),
        last_name=fold((original.last_name or "").split(" ")[0]).title(),
        emails=list(original.emails) if not dialled else [],
        phones=dialled,
        owner_id=staff.sales,
        source="Llamada",
        city=original.city,
        country="México",
        created_at=created,
    )


def _rfc(first_name: str, father: str, mother: str, chance: Random) -> str:
    """A person's RFC in form: letters of the names, a birthday, a homoclave."""
    names = [fold(name).upper() for name in (father, mother, first_name)]
    vowel = next((char for char in names[0][1:] if char in "AEIOU"), "X")
    born = f"{chance.randrange(60, 100)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    homoclave = f"{chance.choice('ABCDEFGH')}{chance.choice('JKLMNPQR')}{chance.randrange(10)}"
    return f"{names[0][0]}{vowel}{names[1][0]}{names[2][0]}{born}{homoclave}"


def _cap_garcia_leads(contacts: list[Contact]) -> None:
    """Leave GARCIA_LEADS leads whom a search for `garcia` finds; derives every contact's columns."""
    found = 0
    for contact in contacts:
        contact.derive()
        if "garcia" not in contact.search:
            continue
        found += 1
        if contact.pk != CONTACT["id"]:
            contact.lifecycle_stage = "lead" if found <= GARCIA_LEADS else "prospect"
            contact.derive()


def settle_monterrey(contacts: list[Contact]) -> None:
    """Leave SEGMENT_MEMBERS customers in Monterrey, who are the members of the reference's segment."""
    found = 0
    for contact in contacts[1:]:
        if contact.city != CONTACT["city"] or "garcia" in contact.search:
            continue
        found += 1
        if found <= SEGMENT_MEMBERS:
            contact.lifecycle_stage = "customer"
        elif contact.lifecycle_stage == "customer":
            contact.lifecycle_stage = "prospect"


def notes(contacts: list[Contact], staff: Staff, chance: Random) -> list[Note]:
    """The reference's note under its id, older ones before it and newer ones after it.

    The contact of the reference has no other note. The first notes are about the first contacts
    after it, who were there by then.
    """
    early = [_note(contacts[1 + number % 4], _early_day(number), staff, chance) for number in range(NOTE["id"] - 1)]
    printed = Note(**{**NOTE, "user_id": staff.admin, "updated_at": NOTE["created_at"]})
    later = [
        _note(contact, contact.created_at + timedelta(hours=chance.randrange(1, 200)), staff, chance)
        for contact in contacts[19::EVERY_NTH_NOTED]
    ]
    made = [*early, printed, *sorted(later, key=attrgetter("created_at"))]
    for number, note in enumerate(made, start=1):
        note.pk = number
    return made


def _early_day(number: int) -> datetime:
    return datetime(2025, 3, 25, 16, 0, tzinfo=UTC) + timedelta(hours=17 * number)


def _note(contact: Contact, created: datetime, staff: Staff, chance: Random) -> Note:
    return Note(
        contact_id=contact.pk,
        user_id=contact.owner_id or staff.admin,
        body=chance.choice(REMARKS),
        is_pinned=chance.random() < 0.05,
        created_at=created,
    )
