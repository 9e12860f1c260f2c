"""Deals of two years: many won and lost, some under way, each with the stages that it went through."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from benchmarks.names import FIELDS, SURNAMES
from crm.models import Activity, ActivityStatus, ActivityType, Deal, DealContact, Stage, StageChange, StageType

OFFERS = ("Implementación ERP", "Póliza de soporte", "Consultoría fiscal", "Licencias", "Capacitación", "Migración")
DAYS = 730
PENDING = 0.2
# By the place of a deal's stage in the pipeline. Few stand in the stages that the benchmark moves deals into.
STAGE_WEIGHTS = (12, 6, 12, 5, 33, 32)


def make_deals(
    most: int, owners: Sequence[int], companies: Sequence[int], stages: Sequence[Stage], chance: random.Random
) -> Iterator[Deal]:
    """That many deals, the oldest first, derived columns included, not saved."""
    now = timezone.now()
    for number in range(most):
        created = now - timedelta(days=DAYS) * (1 - number / most)
        entered = created + (now - created) * chance.random() * 0.3
        stage = chance.choices(stages, STAGE_WEIGHTS)[0]
        deal = Deal(
            name=f"{chance.choice(OFFERS)} - {chance.choice(SURNAMES)} {chance.choice(FIELDS)}",
            pipeline_id=stage.pipeline_id,
            stage=stage,
            amount=Decimal(chance.randrange(20, 900) * 1000),
            probability=stage.default_probability,
            expected_close_date=(created + timedelta(days=chance.randrange(20, 120))).date(),
            owner_id=chance.choice(owners),
            company_id=chance.choice(companies),
            closed_at=None if stage.type == StageType.OPEN else entered,
            stage_entered_at=entered,
            created_at=created,
            updated_at=entered,
        )
        deal.derive()
        yield deal


def make_participants(deals: Sequence[int], contacts: Sequence[int], chance: random.Random) -> Iterator[DealContact]:
    """A contact for each deal."""
    return (DealContact(deal_id=deal, contact_id=chance.choice(contacts)) for deal in deals)


def make_stage_changes(
    deals: Sequence[int], owners: Sequence[int], stages: Sequence[Stage], chance: random.Random
) -> Iterator[StageChange]:
    """Two for each deal: into the first stage, and out of it."""
    now = timezone.now()
    for number, deal in enumerate(deals):
        at = now - timedelta(days=DAYS) * (1 - number / len(deals))
        user = chance.choice(owners)
        yield StageChange(deal_id=deal, from_stage=None, to_stage=stages[0], user_id=user, at=at)
        to_stage, stayed = chance.choice(stages[1:]), timedelta(hours=chance.randrange(1, 400))
        yield StageChange(
            deal_id=deal, from_stage=stages[0], to_stage=to_stage, user_id=user, at=at + stayed, stayed=stayed
        )


def make_activities(
    most: int, owners: Sequence[int], contacts: Sequence[int], deals: Sequence[int], chance: random.Random
) -> Iterator[Activity]:
    """That many activities of two years: four of five are done, some of the rest late."""
    now = timezone.now()
    for number in range(most):
        created = now - timedelta(days=DAYS) * (1 - number / most)
        pending = chance.random() < PENDING
        due = created + timedelta(days=chance.randrange(1, 60))
        about = {"contact_id": chance.choice(contacts)} if number % 2 else {"deal_id": chance.choice(deals)}
        activity = Activity(
            subject=f"Llamada de seguimiento {number}",
            type=chance.choice(ActivityType.values),
            status=ActivityStatus.PENDING if pending else ActivityStatus.COMPLETED,
            due_at=due,
            completed_at=None if pending else due,
            user_id=chance.choice(owners),
            created_at=created,
            updated_at=created,
            **about,
        )
        activity.derive()
        yield activity
