"""The addresses of all pages, found by the URL configuration: one that is missing here fails a test.

Pages without a row's id, and pages that say which rows they show, need no entry.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from billing.actions.contracts import create_contract, create_contract_template, send_contract
from billing.actions.invoices import create_invoice
from billing.actions.templates import create_mail_template, create_quote_template
from billing.links import public_path
from billing.models import Contract, Invoice, Quote
from crm.actions.custom_fields import create_custom_field
from crm.models import Company, Contact, Deal, Pipeline, Stage
from events.links import token_of
from events.models import Attendee, Event
from leadercrm.accounts.actions.invitations import invite
from leadercrm.accounts.actions.passwords import RESET_LIFE
from leadercrm.accounts.models import Invitation, User
from leadercrm.agents.models import Approval
from leadercrm.core.models import AuditEntry, ChangeSet
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists.actions.imports import start_import
from leadercrm.lists.models import Batch
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.links import link_token, make_link
from leadercrm.tenancy.models import AccessToken, LoginIndex, OneTimeLink
from leadercrm.webhooks.actions.webhooks import create_webhook
from leadercrm.webhooks.models import Delivery, Webhook
from marketing.links import reader_token
from marketing.links_forms import confirm_path
from marketing.models import Campaign, CampaignRecipient, Form, FormSubmission, Segment

Row = Callable[[], Any]


def first(model: type[Model], **conditions: Any) -> Row:
    return lambda: model._default_manager.filter(**conditions).order_by("pk").values_list("pk", flat=True).first()


def first_two(model: type[Model]) -> Row:
    return lambda: list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:2])


def newest_token() -> Any:
    """Of those for programs: an administrator's of the demo, which `complete` makes."""
    return AccessToken.objects.filter(kind="api").order_by("-pk").values_list("pk", flat=True)[0]


# Whose row a page shows that does not say it itself, or which one, where not any does.
ROWS: Mapping[str, Row] = {
    "web:contact": first(Contact),
    "web:contact-merge": first_two(Contact),
    "web:company": first(Company),
    "web:company-merge": first_two(Company),
    "web:deal": first(Deal),
    "web:quote-edit": first(Quote, status="draft"),
    "web:invoice-edit": first(Invoice, status="draft"),
    "web:contract-edit": first(Contract, status="draft"),
    "web:segment": first(Segment, type="dynamic"),
    "web:campaign": first(Campaign, status="sent"),
    "web:campaign-edit": first(Campaign, status="draft"),
    "web:campaign-send": first(Campaign, status="draft"),
    "web:campaign-recipients": first(Campaign, status="sent"),
    "web:form": first(Form),
    "web:form-submission": first(FormSubmission),
    "web:event": first(Event),
    "web:event-door": first(Event),
    "web:settings-pipeline": first(Pipeline),
    "web:settings-stage-new": first(Pipeline),
    "web:settings-stage": first(Stage),
    "web:settings-stage-delete": first(Stage),
    "web:settings-audit-entry": first(AuditEntry),
    "web:settings-erase": first(Contact),
    "web:batch": first(Batch, resource="contacts"),
    "web:approval": first(Approval),
    "web:changeset": first(ChangeSet),
    "web:token-rules": newest_token,
    "web:settings-token": newest_token,
}
# Addresses that answer to GET and are no pages: files, parts of pages, ways to somewhere else, machines' own,
# the page of a program that asks to be let in, and mails (test_access.py, test_letters.py).
NO_PAGES = frozenset(
    """
    web:bell web:notifications-read web:notification web:company-options web:contact-options web:product-options
    web:contact-field web:company-field web:deal-field web:segment-options web:quote-pdf web:invoice-pdf
    web:contract-pdf web:segment-why web:campaign-figures web:calendar-entries web:event-file
    web:campaign-preview web:batch-rows web:export campaign-picture llms-full oauth-metadata connect:consent
    picture logo web:pictures
    web:contact-address web:company-address public-theme public-pdf public-receipt mail-open mail-click
    event-file ticket-file calendar-feed-file llms healthz readyz admin operator embedded:message
    embedded:message-html embedded:source embedded:attachment
    """.split()  # noqa: SIM905 - read as a table
)
# Swagger UI at our address (test_access.py), and our pages on the data folder, for one machine's owner.
NOT_OURS = frozenset({"api-docs", "embedded:inbox"})
ANSWERS = frozenset(
    {"public-accept", "public-reject", "public-sign", "mail-subscribe-again", "web:bulk"}
)  # GET leads back
ADMIN_SITES = ("admin/", "operator/", "api/", "api/v1/")


@dataclass(frozen=True)
class Place:
    """An address of the URL configuration."""

    name: str
    arguments: tuple[str, ...]
    rows: Any = None

    @property
    def is_public(self) -> bool:
        return not self.name.startswith("web:") or self.name in ("web:enter", "web:forgotten")


def places() -> list[Place]:
    """What answers to GET outside of the API and of the admin sites, and is a page."""
    return [place for place in _walked(get_resolver(), "") if place.name not in NO_PAGES | NOT_OURS | ANSWERS]


def _walked(resolver: URLResolver, space: str) -> Iterator[Place]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            view = getattr(each.callback, "view_class", None)
            if view is None or ("get" in view.http_method_names and hasattr(view, "get")):
                name = f"{space}{each.name or str(each.pattern).strip('/')}"
                yield Place(name, tuple(each.pattern.converters), getattr(view, "rows", None))
        elif str(each.pattern) not in ADMIN_SITES:
            yield from _walked(each, f"{space}{each.namespace}:" if each.namespace else space)


def address_of(place: Place) -> str | None:
    """A page's address in the bound tenant; None when nobody has said which row it shows."""
    if not place.arguments:
        return reverse(place.name)
    row = ROWS.get(place.name) or (first(place.rows.model) if place.rows is not None else None)
    found = row() if row else None
    arguments = found if isinstance(found, list) else [found]
    known = None not in arguments and len(arguments) == len(place.arguments)
    return reverse(place.name, args=arguments) if known else None


def public_addresses(tenant: TestTenant) -> dict[str, list[str]]:
    """The public pages that show something of the bound tenant: a page may have several faces."""
    form = Form.objects.order_by("pk")[0]
    reader = reader_token(CampaignRecipient.objects.order_by("pk")[0].pk)
    papers = [Quote.objects.filter(status="sent").order_by("pk")[0], Quote.objects.filter(status="approved")[0]]
    papers += [Invoice.objects.exclude(status__in=("draft", "paid"))[0], Invoice.objects.filter(status="paid")[0]]
    papers += [Contract.objects.filter(status="sent").order_by("pk")[0]]
    consented = FormSubmission.objects.filter(consented=True).order_by("pk")
    return {
        "public-document": [public_path(paper) for paper in papers],
        "form-page": [reverse("form-page", args=(form.api_key,))],
        "form-thanks": [reverse("form-thanks", args=(form.api_key,))],
        "form-confirm": [confirm_path(submission.pk) for submission in consented[:1]],
        "mail-unsubscribe": [reverse("mail-unsubscribe", args=(reader,))],
        "mail-preferences": [reverse("mail-preferences", args=(reader,))],
        "event-page": [reverse("event-page", args=(token_of(Event.objects.order_by("-start_at")[0]),))],
        "ticket": [reverse("ticket", args=(token_of(Attendee.objects.order_by("pk")[0]),))],
        "invitation-page": [_invitation(tenant)],
        "reset-page": [_reset(tenant)],
        "verify": [reverse("verify")],
        "web:enter": [reverse("web:enter")],
        "web:forgotten": [reverse("web:forgotten")],
    }


def complete(tenant: TestTenant) -> None:
    """Add what the demo has none of, and pages show: a draft, a template, something that is to be signed."""
    actor, contact = tenant.actor(), Contact.objects.order_by("pk")[0]
    line = {"description": "Capacitación en CRM", "quantity": Decimal(3), "unit_price": Decimal("950.50")}
    create_invoice({"contact_id": contact.pk, "items": [line]}, actor=actor)
    create_mail_template({"name": "Envío", "kind": "quote", "subject": "Su cotización", "body": "Hola"}, actor=actor)
    create_quote_template({"name": "Capacitación", "items": [line]}, actor=actor)
    template = create_contract_template(
        {"name": "Servicios", "body": "Entre [[tenant_name]] y el cliente."}, actor=actor
    )
    values = {"contact_id": contact.pk, "title": "Servicios de consultoría", "template_id": template.pk}
    send_contract(create_contract(values, actor=actor), actor=actor)
    create_custom_field({"label": "Aniversario", "type": "date"}, actor=actor)
    address = {"url": "https://erp.ejemplo.mx/leader/avisos", "description": "ERP", "events": ["deal.*", "quote.sent"]}
    webhook, _secret = create_webhook(address, actor=actor)
    values = {"webhook": webhook, "event": "deal.moved", "payload": {"id": 1, "changes": {"stage_id": [1, 2]}}}
    for state, answer in (("delivered", 200), ("failed", 500)):
        Delivery.objects.create(**values, state=state, attempts=1, status_code=answer, error="No disponible")
    Webhook.objects.filter(pk=webhook.pk).update(failing_since=timezone.now())
    rows = (line.encode() for line in ("Nombre,Correo\n", "Ana,ana@ejemplo.mx\n"))
    start_import("contacts", name="clientes.csv", pieces=rows, once=None, actor=actor)
    issue_token(LoginIndex.objects.get(pk=tenant.users["admin"]), name="Agente")
    call = {"user_id": actor.user_id, "token_id": 1, "agent": "Agente", "tool": "leader_create_contact"}
    ChangeSet.objects.create(**call, via="mcp")
    until = timezone.now() + timedelta(days=1)
    Approval.objects.create(**call, call={}, call_hash="", effect={}, digest="", expires_at=until)


def _invitation(tenant: TestTenant) -> str:
    email = "nadia@zamarron.example"
    if not Invitation.objects.filter(email=email).exists():
        invite({"email": email, "name": "Nadia"}, actor=tenant.actor())
    token = link_token(OneTimeLink.Purpose.INVITATION, Invitation.objects.get(email=email).pk)
    return reverse("invitation-page", args=(token,))


def _reset(tenant: TestTenant) -> str:
    user = User.objects.get(pk=tenant.users["sales"])
    make_link(OneTimeLink.Purpose.PASSWORD_RESET, user.pk, life=RESET_LIFE)
    return reverse("reset-page", args=(link_token(OneTimeLink.Purpose.PASSWORD_RESET, user.pk),))
