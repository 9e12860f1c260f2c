"""Pages: as many statements for a hundred rows as for the first ones."""

from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse

from billing.models import Contract, Invoice, Payment, Product, Quote
from crm.models import Activity, Company, Contact, Deal, Note
from events.models import Attendee, Event
from leadercrm.backoffice.tests.test_admin_lists import counted, multiply
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from marketing.models import Campaign, CampaignRecipient, Form, FormSubmission, Segment, Suppression

# Page -> what it shows many of.
LISTS: dict[str, tuple[type[Model], ...]] = {
    "home": (Contact, Deal, Activity, Invoice, Notification),
    "contacts": (Contact,),
    "companies": (Company,),
    "deals": (Deal,),
    "deal-list": (Deal,),
    "deal-forecast": (Deal,),
    "activities": (Activity,),
    "products": (Product,),
    "quotes": (Quote,),
    "invoices": (Invoice,),
    "receivables": (Invoice,),
    "contracts": (Contract,),
    "payments": (Payment,),
    "segments": (Segment,),
    "campaigns": (Campaign,),
    "forms": (Form,),
    "suppressions": (Suppression,),
    "events": (Event,),
    "settings-audit": (AuditEntry,),
}
# Page of a row -> the row, and what it shows many of.
RECORDS: dict[str, tuple[type[Model], tuple[type[Model], ...]]] = {
    "contact": (Contact, (Note, Activity, Deal, Quote, Invoice)),
    "company": (Company, (Contact, Deal, Quote, Invoice)),
    "deal": (Deal, (Activity, Quote, Invoice)),
    "campaign-recipients": (Campaign, (CampaignRecipient,)),
    "form": (Form, (FormSubmission,)),
    "event": (Event, (Attendee,)),
}


# How many rows a filtered list has is known without asking while they are fewer than a page.
TOTAL = "SELECT count(*) FROM (SELECT "


def agree(browser: Browser, path: str, models: tuple[type[Model], ...]) -> None:
    few = counted(browser, path)
    for model in models:
        multiply(model)
    many = counted(browser, path)
    reading = [[sql for sql in statements if not sql.startswith(TOTAL)] for statements in (few, many)]
    assert len(reading[1]) == len(reading[0]), [sql for sql in many if sql not in few][:3]
    assert len(many) - len(reading[1]) <= 1


@pytest.mark.parametrize("name", LISTS)
def test_list(admin: Browser, populated: TestTenant, name: str) -> None:
    models = tuple(model for model in LISTS[name] if model._base_manager.exists())
    agree(admin, reverse(f"web:{name}"), models)


@pytest.mark.parametrize("name", RECORDS)
def test_record(admin: Browser, populated: TestTenant, name: str) -> None:
    model, shown = RECORDS[name]
    row: Any = model._default_manager.order_by("pk").first()
    agree(admin, reverse(f"web:{name}", args=[row.pk]), shown)
