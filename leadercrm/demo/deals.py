"""The demo's deals: two years of sales, each with its way through the pipeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from crm.models import Contact, Deal, DealContact, Stage, StageChange, StageType
from leadercrm.demo.firms import Firm, Staff
from leadercrm.demo.offers import LOST_REASONS, OFFERS
from leadercrm.demo.office import at_work
from leadercrm.demo.reference_rows import CONTACT, DEAL, DEAL_WAY
from leadercrm.demo.vocabulary import LEGAL_FORMS

DEALS = 300
# The first were made before there were any contacts.
FIRST_DAYS = tuple(datetime(2025, *day, 17, tzinfo=UTC) for day in ((1, 14), (1, 30), (2, 19), (3, 11)))
REST_BEGINS = datetime(2025, 3, 24, 15, tzinfo=UTC)
# Jorge runs the firm and sells little: what he owns fits on one page, where the reference prints deal 5.
OWNER_WEIGHTS = (4, 36, 60)
WON, LOST, FORGOTTEN = 42, 50, 8
DAYS_IN_STAGE = ((1, 9), (3, 16), (5, 30), (3, 24))


@dataclass(frozen=True)
class Step:
    """A deal's arrival in a stage, and who moved it there."""

    stage: Stage
    at: datetime
    user_id: int


@dataclass(frozen=True)
class Sale:
    """A deal, who takes part in it, and its way so far: one step at least."""

    deal: Deal
    contacts: list[Contact]
    way: list[Step] = field(default_factory=list)

    def participants(self) -> list[DealContact]:
        return [DealContact(deal_id=self.deal.pk, contact_id=contact.pk) for contact in self.contacts]

    def stage_changes(self) -> list[StageChange]:
        """The history that the moves have left."""
        before = [None, *self.way]
        return [
            StageChange(
                deal_id=self.deal.pk,
                from_stage=last.stage if last else None,
                to_stage=step.stage,
                user_id=step.user_id,
                at=step.at,
                stayed=step.at - last.at if last else None,
            )
            for last, step in zip(before, self.way, strict=False)
        ]


@dataclass(frozen=True)
class Market:
    """What sales are made of: the firms, their people in the order of their days, and the pipeline."""

    firms: Sequence[Firm]
    contacts: Sequence[Contact]
    stages: Sequence[Stage]
    staff: Staff
    now: datetime

    def known_at(self, day: datetime) -> list[Contact]:
        """Those whom a salesperson would call that day: lately entered, and none whom the reference counts."""
        known = [contact for contact in self.contacts if contact.created_at < day and "garcia" not in contact.search]
        return known[-60:]


def sales(market: Market, chance: Random) -> list[Sale]:
    """The reference's deal under its id, older ones before it and newer ones after it; marks who has bought."""
    made = []
    for number, day in enumerate(_days(market.now), start=1):
        made.append(_printed(market) if number == DEAL["id"] else _sale(number, day, market, chance))
    for sale in made:
        _settle(sale, chance)
    _mark_contacts(made)
    return made


def _days(now: datetime) -> Iterator[datetime]:
    yield from FIRST_DAYS
    yield DEAL_WAY[0][1]
    rest = DEALS - len(FIRST_DAYS) - 1
    for number in range(rest):
        yield at_work(REST_BEGINS + (now - timedelta(days=3) - REST_BEGINS) * number / rest)


def _printed(market: Market) -> Sale:
    users = {"admin": market.staff.admin, "manager": market.staff.manager}
    deal = Deal(**DEAL, owner_id=market.staff.admin)
    way = [Step(market.stages[place], at, users[who]) for place, at, who in DEAL_WAY]
    return Sale(deal, [contact for contact in market.contacts if contact.pk == CONTACT["id"]], way)


def _sale(number: int, day: datetime, market: Market, chance: Random) -> Sale:
    known = market.known_at(day)
    contacts = [chance.choice(known)] if known else []
    company_id = contacts[0].company_id if contacts else chance.choice(market.firms).row.pk
    colleagues = [other for other in known if company_id and other.company_id == company_id and other not in contacts]
    offer = chance.choice(OFFERS)
    customer = _short_name(market.firms[company_id - 1].row.name) if company_id else contacts[0].full_name
    staff = market.staff
    owner = chance.choices((staff.admin, staff.manager, staff.sales), OWNER_WEIGHTS)[0]
    deal = Deal(
        id=number,
        name=f"{offer.name} - {customer}",
        amount=Decimal(chance.randrange(offer.least, offer.most + 1) * 1000),
        expected_close_date=(day + timedelta(days=chance.randrange(30, 91))).date(),
        owner_id=owner,
        company_id=company_id,
    )
    return Sale(deal, contacts + colleagues[:1], list(_way(day, owner, market, chance)))


def _short_name(name: str) -> str:
    """A firm's name without its legal form."""
    return next((name.removesuffix(f" {form}") for form in LEGAL_FORMS if name.endswith(f" {form}")), name)


def _way(day: datetime, owner: int, market: Market, chance: Random) -> Iterator[Step]:
    """From the first stage to being won, lost or forgotten, as far as it has come by now."""
    under_way = [stage for stage in market.stages if stage.type == StageType.OPEN]
    end = chance.choices((StageType.WON, StageType.LOST, None), (WON, LOST, FORGOTTEN))[0]
    stages = under_way if end == StageType.WON else under_way[: chance.randrange(1, len(under_way) + 1)]
    stages = stages + [stage for stage in market.stages if stage.type == end]
    at = day
    for place, stage in enumerate(stages):
        if at > market.now:
            return
        yield Step(stage, at, owner)
        at = at_work(at + timedelta(days=chance.randint(*DAYS_IN_STAGE[min(place, 3)])))


def _settle(sale: Sale, chance: Random) -> None:
    """Give the deal what follows from its way."""
    deal, first, last = sale.deal, sale.way[0], sale.way[-1]
    closed = last.stage.type != StageType.OPEN
    deal.stage, deal.pipeline_id = last.stage, last.stage.pipeline_id
    deal.probability = last.stage.default_probability
    deal.closed_at = last.at if closed else None
    deal.lost_reason = chance.choice(LOST_REASONS) if last.stage.type == StageType.LOST else None
    deal.created_at, deal.updated_at, deal.stage_entered_at = first.at, last.at, last.at
    deal.derive()


def _mark_contacts(made: Sequence[Sale]) -> None:
    """Let contacts be what their deals have made of them; the reference's stays the lead that is printed."""
    ranks = {StageType.LOST: "prospect", StageType.OPEN: "opportunity", StageType.WON: "customer"}
    for kind, lifecycle_stage in ranks.items():
        for sale in made:
            for contact in sale.contacts:
                if sale.deal.stage.type == kind and contact.pk != CONTACT["id"]:
                    contact.lifecycle_stage = lifecycle_stage
                    contact.derive()
