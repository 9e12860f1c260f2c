"""Rows of what is set up, of what agents have done and of what lists keep, for those who look at all of /admin/."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions.templates import create_mail_template, create_quote_template
from crm.actions.addresses import set_contact_address
from crm.actions.custom_fields import create_custom_field
from crm.actions.goals import set_goals
from crm.models import Contact, Erasure
from leadercrm.agents.actions.policies import set_policy
from leadercrm.agents.models import Approval
from leadercrm.core.actor import Actor
from leadercrm.core.models import ChangeSet
from leadercrm.lists.actions.exports import start_export
from leadercrm.lists.actions.views import create_view
from leadercrm.lists.models import Batch
from leadercrm.tenancy.models import AccessToken
from leadercrm.webhooks.actions.webhooks import create_webhook
from leadercrm.webhooks.models import Delivery
from marketing.models import CampaignPicture, ErasedAddress
from marketing.models.erased import hash_of


def set_up(contact: Contact, name: str, owner_id: int, actor: Actor) -> None:
    """What a tenant has set up for its own: templates, fields, goals, an address that is told of events."""
    line = {"description": name, "quantity": Decimal(1), "unit_price": Decimal(100)}
    create_mail_template({"name": name, "kind": "quote", "subject": name, "body": name}, actor=actor)
    create_quote_template({"name": name, "items": [line]}, actor=actor)
    create_custom_field({"label": name, "type": "text"}, actor=actor)
    set_contact_address(contact, {"street": name}, actor=actor)
    set_goals({(date(2999, 1, 1), (owner_id, None)): Decimal(1)}, actor=actor)
    address = {"url": "https://hook.example.com/", "description": name, "events": ["*"]}
    webhook, _secret = create_webhook(address, actor=actor)
    Delivery.objects.create(webhook=webhook, event="contact.created", payload={"name": name})


def employ(name: str, user_id: int, actor: Actor) -> None:
    """An agent of this user with its rules, what it has done, and what it waits for."""
    token = AccessToken.objects.filter(login_id=user_id).latest("pk")
    set_policy(token, rules=[{"tool": "leader_create_contact", "answer": "ask"}], actor=actor)
    call = {"user_id": user_id, "token_id": token.pk, "agent": name, "tool": "leader_create_contact"}
    ChangeSet.objects.create(**call, arguments={"first_name": name}, via="mcp")
    until = timezone.now() + timedelta(days=1)
    Approval.objects.create(**call, call={}, call_hash="", effect={}, digest="", expires_at=until)


def keep(erased: Contact, name: str, user_id: int, actor: Actor) -> None:
    """What lists keep for their readers, a picture, and that somebody was erased."""
    create_view({"listing": "/contacts", "name": name, "query": {"q": name}}, actor=actor)
    start_export("/contacts", query={}, kind="csv", name=name, once=None, actor=actor)
    Batch.objects.create(kind="import", resource="contacts", status="done", user_id=user_id, name=name)
    CampaignPicture.objects.create(file=f"{name}.png", name=name, width=1, height=1, size=1, owner_id=user_id)
    Erasure.objects.create(contact_id=erased.pk, user_id=actor.user_id, reason=name)
    ErasedAddress.objects.create(hash=hash_of(f"{name}@gone.mx"))
