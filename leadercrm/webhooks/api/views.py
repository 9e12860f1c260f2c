"""Webhooks, what was sent to them, and the feed of changes under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from leadercrm.core.actor import Scope
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import json_response, positive, row_response
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import (
    BOOLEAN,
    FREE_OBJECT,
    INTEGER,
    MOMENT,
    SECRET,
    TEXT,
    Shape,
    component,
    data,
    explained,
    list_of,
    nullable,
    one_of,
    page,
    record,
)
from leadercrm.core.api.views import ApiView, TenantViewSet, action_route
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.webhooks.actions.webhooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    replay_webhook,
    resend_delivery,
    rotate_webhook_secret,
    test_webhook,
)
from leadercrm.webhooks.api.serializers import ReplayInput, WebhookInput
from leadercrm.webhooks.feed import RESOURCES, Position, changes_after
from leadercrm.webhooks.models import Delivery, Webhook
from leadercrm.webhooks.queries import DELIVERIES, WEBHOOKS, of_webhook

WEBHOOK = Resource("Webhook", _("webhook"), _("webhooks"), _("Addresses that are told of what happens, and were."))
CHANGE = Resource("Change", _("change"), _("changes"), _("All that happens, in order: for programs that keep a copy."))
SECRET_TOLD = {"secret": explained(SECRET, _("What messages are signed with. It is told this once."))}
DEFAULT_LIMIT, MOST = 100, 500

ROW = record(
    {
        "id": INTEGER,
        "at": MOMENT,
        "event": explained(TEXT, _("What was done, such as quote.sent.")),
        "operation": one_of(("created", "updated", "deleted", "restored")),
        "resource": explained(TEXT, _("What it was done to: contact, deal, quote …")),
        "resource_id": INTEGER,
        "changes": explained(FREE_OBJECT, _("Old and new values by column.")),
        "user_id": nullable(INTEGER),
        "via": explained(TEXT, _("The way in: api, page, mcp, link, task …")),
        "by": TEXT,
    },
    "Change",
)
FEED_META = record(
    {
        "cursor": explained(TEXT, _("Where to go on, now or whenever you ask again.")),
        "has_more": explained(BOOLEAN, _("Whether there is more already.")),
    },
    "ChangesMeta",
)


def _deliveries() -> Shape:
    return page(row_shape(DELIVERIES, "WebhookDelivery"))


class WebhookViewSet(TenantViewSet):
    resource = WEBHOOK
    rows = WEBHOOKS
    required_permission = "webhooks.manage"
    serializer_class = WebhookInput
    update_action = change_webhook
    delete_action = delete_webhook
    deleted_message = _("Webhook deleted.")
    replay = action_route(
        replay_webhook, path="replay", serializer=ReplayInput, summary=_("Tell a webhook again what happened since")
    )

    @described(meta=SECRET_TOLD, act=create_webhook)
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As every resource, and `meta.secret` signs its messages (Standard Webhooks)."""
        webhook, secret = create_webhook(self.cleaned(WebhookInput), actor=self.actor)
        return self.answer(webhook.pk, 201, {"secret": secret})

    @described(_("Change a webhook's secret"), id="rotateWebhookSecret", act=rotate_webhook_secret, meta=SECRET_TOLD)
    @drf_action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new secret; for a day messages carry a signature by the one before, too."""
        return self.answer(pk, meta={"secret": rotate_webhook_secret(self.row(pk), actor=self.actor)})

    @described(
        _("Try a webhook"), id="testWebhook", act=test_webhook, returns=data(component("WebhookDelivery")), status=201
    )
    @drf_action(detail=True, methods=["post"])
    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it a message that means nothing; what came of it is in its deliveries."""
        return _delivered(test_webhook(self.row(pk), actor=self.actor), 201)

    @described(_("List what was sent to a webhook"), id="listWebhookDeliveries", returns=_deliveries)
    @drf_action(detail=True, methods=["get"])
    def deliveries(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Latest first, of the last 30 days, with what the address answered."""
        return self.listed_below(DELIVERIES, of_webhook, cacheable=False, webhook=self.row(pk).pk)

    @described(
        _("Send a message again"),
        id="resendWebhookDelivery",
        act=resend_delivery,
        returns=data(component("WebhookDelivery")),
    )
    def resend(self, request: HttpRequest, webhook_pk: int, pk: int) -> HttpResponse:
        """Send one message once more, under its id."""
        webhook: Webhook = self.row(webhook_pk)
        delivery = webhook.deliveries.filter(pk=min(pk, MAX_ID)).first()
        if delivery is None:
            raise NotFound()
        return _delivered(resend_delivery(delivery, actor=self.actor))


def _delivered(delivery: Delivery, status: int = 200) -> HttpResponse:
    return row_response(DELIVERIES.one(delivery.pk) or "null", status)


class ChangesView(ApiView):
    """The feed. Whoever does not see every record cannot follow it: it tells of all of them."""

    resource = CHANGE
    required_permission = "webhooks.read_changes"

    @described(
        _("Read what has changed"),
        id="listChanges",
        returns=record({"data": list_of(ROW), "meta": FEED_META}),
        query={
            "cursor": explained(TEXT, _("The last answer's `meta.cursor`; without one from the beginning.")),
            "resources": explained(TEXT, _("Only these, with commas: `contact,deal`.")),
            "limit": explained({**INTEGER, "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}, _("How many.")),
        },
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """All that was written, oldest first, deletions too. It is some seconds late, and leaves nothing out.

        Administrators see what was done to users and settings as well.
        """
        if self.actor.read_scope != Scope.ALL:
            raise Forbidden(_("Only who sees every record can read what changes in all of them."))
        position = Position.of(request.GET.get("cursor", ""))
        limit = min(positive(request, "limit", DEFAULT_LIMIT), MOST)
        everything = None if self.actor.may("webhooks.manage") else [*RESOURCES.values()]
        resources = _resources(request.GET.get("resources", "")) or everything
        found = changes_after(position, limit=limit + 1, resources=resources)
        shown = found[:limit]
        cursor = str(shown[-1].position if shown else position)
        meta = {"cursor": cursor, "has_more": len(found) > limit}
        return json_response({"data": [change.told for change in shown], "meta": meta})


def _resources(raw: str) -> list[str]:
    names = [name.strip() for name in raw.split(",") if name.strip()]
    known = set(RESOURCES.values())
    if not known.issuperset(names):
        raise DomainError(_("Must be one of: %(allowed)s.") % {"allowed": ", ".join(sorted(known))}, field="resources")
    return names
