"""Joining a company while it is deleted, on real commits, with the control that fails without the guard."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from crm.actions import references
from crm.actions.companies import create_company, delete_company
from crm.actions.contacts import change_contact, create_contact
from crm.models import Company, Contact
from crm.queries import company_exists
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.parallel import Stand, in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

Join = Callable[[Contact, dict[str, int], Actor], Any]


def change(contact: Contact, company: dict[str, int], actor: Actor) -> None:
    change_contact(contact, company, actor=actor)


def create(contact: Contact, company: dict[str, int], actor: Actor) -> None:
    create_contact({"first_name": "B", **company}, actor=actor)


def joined_while_it_is_deleted(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch, join: Join, look: Callable[[int], bool]
) -> int:
    """How many contacts name a deleted company: who joins it has looked whether it is there, and it is deleted."""
    actor, stand = live.actor(), Stand()
    monkeypatch.setattr(references, "company_exists", stand.after(look))
    with bind(live.bound):
        company = create_company({"name": "A"}, actor=actor)
        contact = create_contact({"first_name": "A"}, actor=actor)

    def joining() -> None:
        with bind(live.bound), suppress(DomainError):
            join(contact, {"company_id": company.pk}, actor)

    def delete() -> None:
        with bind(live.bound):
            delete_company(company, actor=actor)

    in_parallel([joining, stand.then(delete)])
    with bind(live.bound):
        return Contact.objects.filter(company__deleted_at__isnull=False).count()


def test_nobody_joins_a_company_that_is_being_deleted(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for join in (change, create):
        assert joined_while_it_is_deleted(live, monkeypatch, join, company_exists) == 0


def test_control_without_the_companys_lock_somebody_does(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(company_id: int) -> bool:
        return Company.objects.filter(pk=company_id).exists()

    for number, join in enumerate((change, create), start=1):
        assert joined_while_it_is_deleted(live, monkeypatch, join, unlocked) == number
