"""A browser that has logged in as Alfa's administrator, and rows of all kinds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing.actions.contracts import create_contract, create_contract_template
from billing.actions.evidence import Declaration, keep_evidence
from billing.actions.invoices import create_invoice
from billing.actions.payments import create_payment
from billing.actions.products import create_category, create_product
from billing.actions.quotes import create_quote
from billing.actions.recurring import create_recurring_invoice
from billing.models import EvidenceKind, InvoiceReminder
from crm.actions.activities import create_activity
from crm.actions.companies import create_company
from crm.actions.contacts import create_contact, delete_contact
from crm.actions.deals import create_deal, move_stage
from crm.actions.merging import merge_companies, merge_contacts
from crm.actions.notes import add_note
from crm.models import Contact, Stage
from events.actions.events import create_event
from events.models import Attendee, CalendarFeed
from leadercrm.accounts.actions.invitations import invite
from leadercrm.accounts.actions.teams import create_team
from leadercrm.backoffice.tests.more_rows import employ, keep, set_up
from leadercrm.core.actor import Actor
from leadercrm.core.models import Counter
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.notifications.actions.reading import change_preferences
from marketing.actions.campaigns import create_campaign
from marketing.actions.consents import change_consent
from marketing.actions.forms import create_form
from marketing.actions.segments import create_segment
from marketing.actions.silence import suppress
from marketing.models import (
    Campaign,
    CampaignLink,
    CampaignRecipient,
    CampaignStatus,
    FormSubmission,
    MailEvent,
    MailPreference,
)

EMAIL = "admin@alfa.example.com"
SECRET = "Beta-Geheimnis"


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in(EMAIL).status_code == 302
    return browser


def about(contact: Contact) -> dict[str, str]:
    return {"activitable_type": "App\\Models\\Contact", "activitable_id": str(contact.pk)}


def fill(tenant: TestTenant, name: str) -> None:
    """Rows of every kind that is seen in /admin/, all called `name`; the tenant is bound."""
    actor, sales = tenant.actor(), tenant.users["sales"]
    company, same = (create_company({"name": name, "owner_id": sales}, actor=actor) for _number in range(2))
    merge_companies(company, company_id=same.pk, fields={}, actor=actor)
    create_team({"name": name, "member_ids": [sales]}, actor=actor)
    ana, ann, gone = (
        create_contact({"first_name": name, "company_id": company.pk, "owner_id": sales}, actor=actor)
        for _number in range(3)
    )
    add_note({"body": name}, contact=ana, actor=actor)
    merge_contacts(ana, contact_id=ann.pk, fields={}, actor=actor)
    delete_contact(gone, actor=actor)
    stages = {stage.type: stage for stage in Stage.objects.order_by("-position")}
    first = {"pipeline_id": stages["open"].pipeline_id, "stage_id": stages["open"].pk}
    deal = {"name": name, "contact_ids": [ana.pk], "company_id": company.pk, "owner_id": sales, **first}
    move_stage(create_deal(deal, actor=actor), stage_id=stages["won"].pk, actor=actor)
    create_activity({"subject": name, "type": "call", "user_id": sales, **about(ana)}, actor=actor)
    invite({"email": f"{name.lower()}@nueva.example.com", "name": name}, actor=actor)
    change_preferences([{"type": "deal_won", "in_app": True, "email": True}], actor=actor)
    Counter.objects.get_or_create(kind="quote", defaults={"last": 1})
    bill(ana, name, sales, actor)
    advertise(ana, name, actor)
    set_up(ana, name, sales, actor)
    employ(name, sales, actor)
    keep(gone, name, sales, actor)


def bill(contact: Contact, name: str, owner_id: int, actor: Actor) -> None:
    """Documents of every kind for this contact."""
    line = {"description": name, "quantity": Decimal(1), "unit_price": Decimal(100)}
    party = {"contact_id": contact.pk, "owner_id": owner_id}
    quote = create_quote({**party, "title": name, "items": [line]}, actor=actor)
    said = Declaration(face="", pdf=name.encode(), language="es-mx", name=name, email="x@y.mx")
    keep_evidence(EvidenceKind.QUOTE_ACCEPTED, quote, said, actor)
    invoice = create_invoice({**party, "quote_id": quote.pk, "items": [line]}, actor=actor)
    create_payment({"invoice_id": invoice.pk, "amount": Decimal(1), "reference": name}, actor=actor)
    InvoiceReminder.objects.create(invoice=invoice, due_on=date(2025, 5, 5), days=1)
    template = create_contract_template({"name": name, "body": name}, actor=actor)
    create_contract({**party, "title": name, "quote_id": quote.pk, "template_id": template.pk}, actor=actor)
    monthly = {"title": name, "next_on": date(2999, 1, 31), "items": [line]}
    create_recurring_invoice({**party, **monthly}, actor=actor)
    category = create_category({"name": name}, actor=actor)
    create_product({"name": name, "unit_price": Decimal(1), "category_id": category.pk}, actor=actor)


def advertise(contact: Contact, name: str, actor: Actor) -> None:
    """A segment with this contact, a campaign that is being sent to it, and what readers have said."""
    segment = create_segment({"name": name, "type": "static", "contact_ids": [contact.pk]}, actor=actor)
    campaign = create_campaign({"name": name, "subject": name, "segment_id": segment.pk}, actor=actor)
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.SENDING)
    link = CampaignLink.objects.create(campaign=campaign, position=0, url=f"https://{name}.example.com")
    recipient = CampaignRecipient.objects.create(
        campaign=campaign, contact=contact, email=f"{name}@x.mx".lower(), due_at=timezone.now()
    )
    MailEvent.objects.create(recipient=recipient, kind="clicked", link=link)
    change_consent(contact, {"status": "granted", "source": name}, actor=actor)
    suppress(f"{name}@y.mx", "manual", name, actor=actor)
    MailPreference.objects.create(email=f"{name}@z.mx".lower(), refused=["news"])
    soon = timezone.now() + timedelta(days=1)
    times = {"start_at": soon, "end_at": soon + timedelta(hours=1)}
    event = create_event({"title": name, "type": "webinar", **times}, actor=actor)
    Attendee.objects.create(event=event, contact=contact, code=name[:8])
    CalendarFeed.objects.create()
    form = create_form({"name": name}, actor=actor)
    FormSubmission.objects.create(form=form, contact=contact, name=name, email=f"{name}@x.mx".lower())


@pytest.fixture
def populated(alfa: TestTenant, beta: TestTenant) -> TestTenant:
    """Rows of all kinds in Alfa, and such in Beta that must be seen nowhere."""
    fill(alfa, "Alfa-Datos")
    with visiting(beta):
        fill(beta, SECRET)
    return alfa


def all_of(value: Any) -> str:
    """A response's text and its headers: what a client gets to see of it."""
    return str(value.content.decode(errors="replace")) + str(value.headers)
