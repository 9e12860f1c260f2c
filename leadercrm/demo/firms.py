"""The demo's companies."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from crm.models import Company
from leadercrm.core.text import fold
from leadercrm.demo.reference_rows import COMPANY
from leadercrm.demo.vocabulary import CITIES, EMPLOYEE_RANGES, EPITHETS, LEGAL_FORMS, TRADES, City

COMPANIES = 120
# All of them were entered before the first contact.
FIRST_DAY = datetime(2025, 1, 8, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Firm:
    """A company and where it is, which a company's row does not say."""

    row: Company
    city: City


@dataclass(frozen=True)
class Staff:
    """The ids of the demo's users."""

    admin: int
    manager: int
    sales: int

    def owner(self, chance: Random) -> int:
        """Whose record it is: mostly the salesperson's."""
        return chance.choices((self.admin, self.manager, self.sales), (2, 3, 5))[0]


def firms(staff: Staff, chance: Random) -> list[Firm]:
    """The reference's company under its id, and plausible others around it."""
    names = _names(chance)
    made = []
    for number in range(1, COMPANIES + 1):
        created = FIRST_DAY + timedelta(hours=12 * number, minutes=chance.randrange(240))
        if number == COMPANY["id"]:
            row = Company(**COMPANY, owner_id=staff.admin, created_at=created)
            made.append(Firm(row, CITIES[0]))
        else:
            made.append(_firm(number, *next(names), created, staff, chance))
    for firm in made:
        firm.row.derive()
    return made


def _names(chance: Random) -> "zip[tuple[str, str]]":
    """Pairs of a name without its legal form and an industry; no name comes twice."""
    pairs = [(f"{trade} {epithet}", industry) for trade, industry in TRADES for epithet in EPITHETS]
    chosen = chance.sample(pairs, COMPANIES)
    return zip((name for name, _ in chosen), (industry for _, industry in chosen), strict=True)


def _firm(number: int, name: str, industry: str, created: datetime, staff: Staff, chance: Random) -> Firm:
    city = chance.choices(CITIES, [city.weight for city in CITIES])[0]
    employees, size = chance.choices(EMPLOYEE_RANGES, (5, 8, 6, 2, 1))[0]
    domain = f"{fold(name).replace(' ', '-')}.example"
    row = Company(
        id=number,
        name=f"{name} {chance.choice(LEGAL_FORMS)}",
        domain=domain,
        industry=industry,
        employee_range=employees,
        annual_revenue=Decimal(size * chance.randrange(700, 1600) * 1000),
        phone=phone(city, 9000 + number),
        email=f"contacto@{domain}",
        tax_id=_rfc(name, chance),
        owner_id=staff.owner(chance),
        created_at=created,
    )
    return Firm(row, city)


def phone(city: City, number: int) -> str:
    """A number of that city; `number` (four digits) tells them apart."""
    if len(city.area_code) == 2:
        return f"+52 {city.area_code} 5550 {number:04d}"
    return f"+52 {city.area_code} 550 {number:04d}"


def _rfc(name: str, chance: Random) -> str:
    """A company's RFC in form: three letters, the day of its founding, a homoclave."""
    letters = "".join(char for char in fold(name).upper() if char.isalpha())[:3]
    founded = f"{chance.randrange(100):02d}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    return f"{letters}{founded}{chance.choice('ABCDEFGH')}{chance.choice('JKLMNPQR')}{chance.randrange(10)}"
