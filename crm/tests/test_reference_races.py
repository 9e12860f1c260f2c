"""Joining a company while it is deleted, on real commits, with the control that fails without the guard."""

import time
from contextlib import suppress

import pytest

from crm.actions import references
from crm.actions.companies import create_company, delete_company
from crm.actions.contacts import change_contact, create_contact
from crm.models import Company, Contact
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


def join_while_it_is_deleted(live: TestTenant) -> int:
    """How many contacts name a deleted company after a change, a creation and the deletion at once."""
    actor = live.actor()
    with bind(live.bound):
        company = create_company({"name": "A"}, actor=actor)
        contact = create_contact({"first_name": "A"}, actor=actor)
    joining = {"company_id": company.pk}

    def change() -> None:
        with bind(live.bound), suppress(DomainError):
            change_contact(contact, joining, actor=actor)

    def create() -> None:
        with bind(live.bound), suppress(DomainError):
            create_contact({"first_name": "B", **joining}, actor=actor)

    def delete() -> None:
        with bind(live.bound):
            delete_company(company, actor=actor)

    in_parallel([change, create, delete])
    with bind(live.bound):
        return Contact.objects.filter(company__deleted_at__isnull=False).count()


def test_nobody_joins_a_company_that_is_being_deleted(live: TestTenant) -> None:
    assert [join_while_it_is_deleted(live) for _round in range(4)] == [0] * 4


def test_control_without_the_companys_lock_somebody_does(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(company_id: int) -> bool:
        there = Company.objects.filter(pk=company_id).exists()
        time.sleep(0.3)
        return there

    monkeypatch.setattr(references, "company_exists", unlocked)
    # Now and then the deletion is over before the others look: one round in ten is enough.
    assert any(join_while_it_is_deleted(live) for _round in range(10))
