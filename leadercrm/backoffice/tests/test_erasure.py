"""A person is erased: afterwards nothing in the whole account says who they were, but what the law wants kept."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing.actions.contracts import create_contract
from billing.actions.invoices import create_invoice
from billing.actions.payments import create_payment
from billing.actions.quotes import create_quote
from billing.models import Invoice, Quote
from crm.actions.activities import create_activity
from crm.actions.addresses import set_contact_address
from crm.actions.contacts import change_contact, create_contact, restore_contact
from crm.actions.deals import create_deal
from crm.actions.erasing import erase_person
from crm.actions.merging import merge_contacts
from crm.actions.moving import references
from crm.actions.notes import add_note
from crm.erasing import COVERED
from crm.models import Contact, Deal, Erasure, Stage
from events.actions.events import create_event
from events.models import Attendee
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.models import AuditEntry, IdempotencyKey, WorkItem
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.webhooks.models import Delivery, Webhook
from marketing.actions.campaigns import create_campaign
from marketing.actions.forms import create_form
from marketing.actions.segments import create_segment
from marketing.actions.silence import suppress
from marketing.audience import freeze
from marketing.models import CampaignRecipient, FormSubmission, MailEvent, MailPreference
from marketing.queries import suppressed_among

FIRST, LAST, MAIL, OLD_MAIL, PHONE = "Canaria", "Zampoña", "canaria@zampona.mx", "vieja@zampona.mx", "+52 81 7777 1234"
CANARIES = ("canaria", "zampoña", "zampona", "81 7777 1234", "8177771234", "Calle del Nido", "huevo", "Kanarienvogel")
REASON = "Canaria Zampoña lo pidió por correo (canaria@zampona.mx) el lunes."
# What the law wants kept, and its lines and evidence.
LAWFUL = {"billing_invoice", "billing_payment", "billing_invoiceitem", "core_auditentry:billing.invoice"}


def about(contact: Contact) -> dict[str, Any]:
    return {"activitable_type": r"App\Models\Contact", "activitable_id": contact.pk}


def everywhere(alfa: TestTenant) -> Contact:
    """A person whose traces are all over the account."""
    actor = alfa.actor()
    values = {"first_name": FIRST, "last_name": LAST, "emails": [{"email": OLD_MAIL}], "phones": [{"phone": PHONE}],
              "custom_fields": {"apodo": "huevo"}}  # fmt: skip
    person = create_contact(values, actor=actor)
    change_contact(person, {"emails": [{"email": MAIL}]}, actor=actor)
    twin = create_contact({"first_name": "Kanarienvogel", "last_name": LAST, "emails": [{"email": MAIL}]}, actor=actor)
    set_contact_address(person, {"street": "Calle del Nido 3"}, actor=actor)
    add_note({"body": "Le gusta el huevo"}, contact=person, actor=actor)
    add_note({"body": "Kanarienvogel"}, contact=twin, actor=actor)
    create_activity({"subject": f"Llamar a {FIRST} {LAST}", "type": "call", **about(person)}, actor=actor)
    merge_contacts(person, contact_id=twin.pk, fields={}, actor=actor)
    stage = Stage.objects.filter(type="open").order_by("position")[0]
    deal = {"name": f"Jaula para {FIRST} {LAST}", "pipeline_id": stage.pipeline_id, "stage_id": stage.pk}
    create_deal({**deal, "contact_ids": [person.pk]}, actor=actor)
    bill(person, alfa)
    advertise(person, alfa)
    told = {"type": "lead_assigned", "title": "Nuevo", "body": f"{FIRST} {LAST}"}
    Notification.objects.create(user_id=alfa.users["sales"], **told)
    hook = Webhook.objects.create(
        url="https://x.mx", events=["*"], sealed="x", position_at=timezone.now(), position_id=0
    )
    body = {"data": {"id": person.pk, "first_name": FIRST, "last_name": LAST, "full_name": f"{FIRST} {LAST}"}}
    Delivery.objects.create(webhook=hook, event="contact.created", payload=body, error=f"refused: {MAIL}")
    answer = json.dumps({"data": {"full_name": f"{FIRST} {LAST}"}}, ensure_ascii=False).encode()
    IdempotencyKey.objects.create(user_id=1, key="k", request_hash="h", status=201, body=answer)
    WorkItem.objects.create(task="drill", arguments={"to": MAIL}, state="done")
    return person


def bill(person: Contact, alfa: TestTenant) -> None:
    actor, party = alfa.actor(), {"contact_id": person.pk}
    line = {"description": f"Alpiste de {FIRST} {LAST}", "quantity": Decimal(1), "unit_price": Decimal(100)}
    create_quote({**party, "title": f"Para {FIRST} {LAST}", "notes": MAIL, "items": [line]}, actor=actor)
    create_contract({**party, "title": f"Contrato {FIRST} {LAST}", "body": PHONE}, actor=actor)
    create_invoice({**party, "notes": MAIL, "items": [line]}, actor=actor)
    issued = create_invoice({**party, "items": [line]}, actor=actor)
    Invoice.objects.filter(pk=issued.pk).update(status="sent", issued_at=timezone.now())
    create_payment({"invoice_id": issued.pk, "amount": Decimal(1), "reference": "SPEI 1"}, actor=actor)


def advertise(person: Contact, alfa: TestTenant) -> None:
    actor, soon = alfa.actor(), timezone.now() + timedelta(days=1)
    later = soon + timedelta(hours=1)
    segment = create_segment({"name": "S", "type": "static", "contact_ids": [person.pk]}, actor=actor)
    campaign = create_campaign({"name": "C", "subject": "C", "segment_id": segment.pk}, actor=actor)
    mail = CampaignRecipient.objects.create(
        campaign=campaign, contact=person, email=MAIL, due_at=soon, values={"first_name": FIRST}, reply=MAIL
    )
    MailEvent.objects.create(recipient=mail, kind="bounced", detail=f"no such user {MAIL}")
    suppress(OLD_MAIL, "manual", f"pidió {LAST}", actor=actor)
    MailPreference.objects.create(email=MAIL, refused=["news"])
    event = create_event({"title": "E", "type": "webinar", "start_at": soon, "end_at": later}, actor=actor)
    Attendee.objects.create(event=event, contact=person, code="AB12", notes="come huevo")
    said = {"name": f"{FIRST} {LAST}", "email": MAIL, "payload": {"x": "huevo"}}
    FormSubmission.objects.create(form=create_form({"name": "F"}, actor=actor), contact=person, **said)


def found(canary: str) -> set[str]:
    """The tables of the account in which it stands, in any case, as text or as bytes; of the audit, of what kind."""
    places: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            which = "object_type" if table == "core_auditentry" else "''"
            cursor.execute(
                f'SELECT DISTINCT {which} FROM "{table}" t WHERE t::text ILIKE %s OR t::text LIKE %s',  # noqa: S608
                [f"%{canary}%", f"%{canary.encode().hex()}%"],
            )
            places |= {f"{table}:{kind}".rstrip(":") for (kind,) in cursor.fetchall()}
    return places


def test_nothing_says_who_they_were(alfa: TestTenant) -> None:
    person = everywhere(alfa)
    assert all(found(canary) for canary in CANARIES if canary != "8177771234")
    with untouched():
        with pytest.raises(DomainError):
            erase_person(person, reason="porque", actor=alfa.actor())
        with pytest.raises(Forbidden):
            erase_person(person, reason=REASON, actor=alfa.actor("manager"))
    erasure = erase_person(person, reason=REASON, actor=alfa.actor())
    left = {canary: found(canary) - LAWFUL for canary in CANARIES}
    assert not any(left.values()), left
    assert erasure.kept == {"billing.invoice": 1, "billing.payment": 1}
    assert erasure.reason == "[…] lo pidió por correo ([…]) el lunes."


def test_what_stays_is_told_and_others_keep_theirs(alfa: TestTenant) -> None:
    actor = alfa.actor()
    other = create_contact({"first_name": FIRST, "last_name": "Otra", "city": "Zampoña"}, actor=actor)
    add_note({"body": f"Conoce a {FIRST} {LAST}"}, contact=other, actor=actor)
    person = everywhere(alfa)
    erase_person(person, reason=REASON, actor=actor)
    kept = Contact.with_deleted.get(pk=person.pk)
    assert (kept.full_name, kept.emails, kept.match_keys) == ("Persona eliminada", [], [])
    assert kept.deleted_at is not None
    assert Deal.objects.get().name == "Jaula para […]"
    assert Quote.objects.get().contact_name == "Persona eliminada"
    assert Invoice.objects.get(status="sent").contact_name == f"{FIRST} {LAST}"
    other.refresh_from_db()
    assert (other.full_name, other.city) == ("Canaria Otra", "Zampoña")
    entry = AuditEntry.objects.get(action="contact.erased", object_id=person.pk)
    assert entry.user_id == alfa.users["admin"]
    assert entry.changes["reason"] == "[…] lo pidió por correo ([…]) el lunes."
    with untouched():
        with pytest.raises(DomainError):
            restore_contact(kept, actor=actor)
        with pytest.raises(DomainError):
            erase_person(person, reason=REASON, actor=actor)


def test_nobody_writes_to_them_again(alfa: TestTenant) -> None:
    actor = alfa.actor()
    person = everywhere(alfa)
    erase_person(person, reason=REASON, actor=actor)
    assert suppressed_among([MAIL.upper(), OLD_MAIL, "otra@ejemplo.mx"]) == {MAIL, OLD_MAIL}
    again = create_contact({"first_name": "Nueva", "emails": [{"email": MAIL}]}, actor=actor)
    segment = create_segment({"name": "T", "type": "static", "contact_ids": [again.pk]}, actor=actor)
    campaign = create_campaign({"name": "D", "subject": "D", "segment_id": segment.pk}, actor=actor)
    assert freeze(campaign) == 0
    assert CampaignRecipient.objects.get(campaign=campaign).skipped == "suppressed"


def test_each_model_that_refers_to_contacts_is_seen_to() -> None:
    lacking = {key.model._meta.label_lower for key in references(Contact)} - COVERED
    assert not lacking, f"an eraser must see to {lacking}: crm.erasing.erases"


def test_an_administrator_erases_on_a_page(alfa: TestTenant) -> None:
    person = create_contact({"first_name": FIRST, "last_name": LAST, "emails": [{"email": MAIL}]}, actor=alfa.actor())
    admin, manager = Browser(), Browser()
    admin.log_in("admin@alfa.example.com", site="/")
    manager.log_in("manager@alfa.example.com", site="/")
    path = f"/settings/privacy/{person.pk}/erase"
    assert path in admin.get("/settings/privacy?search=canaria").content.decode()
    with untouched():
        assert manager.get(path).status_code == 403
        assert admin.fill(path, reason="Lo pidió por escrito el lunes.").status_code == 422
        assert admin.fill(path, reason="No", sure="on").status_code == 422
    done = admin.fill(path, reason="Lo pidió por escrito el lunes.", sure="on")
    assert done["Location"] == "/settings/privacy"
    page = admin.get("/settings/privacy").content.decode()
    assert "Lo pidió por escrito el lunes." in page
    assert FIRST not in page
    assert Erasure.objects.get().contact_id == person.pk
    assert admin.get(path).status_code == 404
    assert json.dumps(FIRST) not in admin.get(f"/settings/audit?kind=crm.contact&record={person.pk}").content.decode()
