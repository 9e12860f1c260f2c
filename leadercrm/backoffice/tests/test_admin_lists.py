"""Lists: as many statements for many rows as for one, for every model of both sites; no whole table is counted."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.db import models

from crm.models import Address, Contact, Erasure, SalesGoal
from events.models import Attendee, CalendarFeed
from leadercrm.accounts.models import User
from leadercrm.core.admin_kit.site import load_admins, tenant_site
from leadercrm.core.models import Counter
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.notifications.models import NotificationType, Preference
from leadercrm.operators.actions.sessions import create_operator
from leadercrm.operators.site import operator_site
from leadercrm.postal.models import PostalCode
from leadercrm.tenancy.models import MigrationStep, SchemaTemplate, Tenant
from marketing.models import CampaignRecipient, ContactConsent

MANY = 100


def label(model: Any) -> str:
    return str(model._meta.label)


EMAIL, SESAME = "opal@platform.example.com", "una-clave-muy-larga"
# What there can be only one of.
ONCE = {"is_default": False}
# Columns that have to differ, and from where they are numbered.
NUMBERED = {"work_id": 9_000_000, "subject_id": 9_000_000, "days": 100, "sequence": 9_000_000, "token_id": 9_000_000}
# Of a contact there is one at most.
OF_A_CONTACT = {Address, Attendee, ContactConsent}
load_admins()


@pytest.fixture
def opal(populated: TestTenant) -> Browser:
    with unbound():
        create_operator(email=EMAIL, name="Opal", password=SESAME)
    browser = Browser()
    assert browser.log_in(EMAIL, SESAME, "/operator/").status_code == 302
    return browser


def apart(model: type[models.Model], number: int) -> dict[str, Any]:
    """What the row of this number has for itself in columns that only this model keeps apart."""
    columns: dict[Any, dict[str, Any]] = {
        User: {"email": f"u{number}@x.example.com"},
        CampaignRecipient: {"contact_id": None},
        Erasure: {"contact_id": 9_000_000 + number},
        SalesGoal: {"month": date(2999 + number, 1, 1)},
    }
    return columns.get(model, {})


def unlike(model: type[models.Model], row: Any) -> Iterator[models.Model]:
    """Rows like this one, each with an id and a name of its own."""
    fields = model._meta.concrete_fields
    text = [field for field in fields if isinstance(field, models.CharField) and not field.choices]
    for number in count(1):
        values = {field.attname: getattr(row, field.attname) for field in fields if not field.primary_key}
        for field in text:
            if values.get(field.attname):
                values[field.attname] = f"{values[field.attname]}{number}"[-(field.max_length or 255) :]
        values |= {name: value for name, value in ONCE.items() if name in values}
        key: Any = model._meta.pk
        if not isinstance(key, models.AutoField):
            values[key.attname] = f"{number}" if isinstance(key, models.CharField) else 9_000_000 + number
        values |= apart(model, number)
        values |= {name: start + number for name, start in NUMBERED.items() if name in values}
        yield model(**values)


def of(person: Contact, row: Any) -> Any:
    """The row, made this contact's."""
    row.contact = person
    return row


def multiply(model: type[models.Model]) -> None:
    """MANY rows of a model in the place of the few that there are."""
    rows: Any = model._base_manager
    others = unlike(model, rows.latest("pk"))
    if model is Preference:
        rows.all().delete()
        kinds = [(user, kind) for user in User.objects.all() for kind in NotificationType.values]
        rows.bulk_create(Preference(user=user, type=kind) for user, kind in kinds)
        return
    if model in OF_A_CONTACT:
        people = Contact.objects.bulk_create(Contact(first_name=f"A{number}", search="") for number in range(MANY))
        rows.bulk_create(of(person, next(others)) for person in people)
        return
    if model is CalendarFeed:
        rows.bulk_create(CalendarFeed(user=user) for user in User.objects.all())
        return
    rows.bulk_create([next(others) for _number in range(MANY)])


def counted(browser: Browser, path: str) -> list[str]:
    assert browser.get(path).status_code == 200
    return statements_of(lambda: browser.get(path))


@pytest.mark.parametrize("model", sorted(tenant_site._registry, key=label))
def test_tenants_list(admin: Browser, populated: TestTenant, model: Any) -> None:
    if model is Counter:
        Counter.objects.get_or_create(kind="quote", defaults={"last": 1})
    path = tenant_site.address(model)
    few = counted(admin, path)
    multiply(model)
    many = counted(admin, path)
    assert len(many) == len(few), many[len(few) :][:3]


# The usage of accounts has a test of its own; steps and templates are the releases', and few.
NOT_MANY = {Tenant, MigrationStep, SchemaTemplate}


@pytest.mark.parametrize("model", sorted(set(operator_site._registry) - NOT_MANY, key=label))
def test_platforms_list(opal: Browser, model: Any) -> None:
    path = operator_site.address(model)
    if not model._base_manager.exists():
        pytest.skip("nothing of it is there without the programs that write it")
    few = counted(opal, path)
    with unbound():
        multiply(model)
    many = counted(opal, path)
    assert len(many) == len(few), many[len(few) :][:3]


def test_no_list_counts_a_whole_table(admin: Browser, populated: TestTenant) -> None:
    for model in tenant_site._registry:
        for statement in counted(admin, tenant_site.address(model)):
            whole = statement.partition(" FROM ")[0].upper()
            assert "COUNT(*)" not in whole or " LIMIT " in statement, statement


@pytest.mark.parametrize("words", ["san angel", "7", "%_\\", "x@y.mx"])
def test_every_list_can_be_searched(admin: Browser, opal: Browser, words: str) -> None:
    for browser, site in ((admin, tenant_site), (opal, operator_site)):
        for model, options in site._registry.items():
            if options.search_fields:
                answer = browser.get(site.address(model), data={"q": words})
                assert answer.status_code == 200, model


def test_postal_codes_are_found_by_place_without_accents(opal: Browser) -> None:
    place = operator_site.address(PostalCode)
    for words, code in (("san angel alvaro obregon", "01000"), ("0100", "01000")):
        assert f"{code}/change/" in opal.get(place, data={"q": words}).content.decode()
    assert "/change/" not in opal.get(place, data={"q": "no such place anywhere"}).content.decode()
