"""Webhooks: addresses of programs that are told of what happens, and what was sent to them. For administrators."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.actor import Actor
from leadercrm.core.api.responses import Paging
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Column, ListPage, Paged
from leadercrm.core.web.pages import json_row, row_of, see_other
from leadercrm.core.web.toasts import toast
from leadercrm.core.web.wording import call_values
from leadercrm.webhooks.actions.webhooks import (
    REPLAYED_AT_MOST,
    change_webhook,
    create_webhook,
    delete_webhook,
    replay_webhook,
    resend_delivery,
    rotate_webhook_secret,
    test_webhook,
)
from leadercrm.webhooks.api.serializers import ReplayInput, WebhookInput
from leadercrm.webhooks.feed import RESOURCES
from leadercrm.webhooks.models import DeliveryState, Webhook
from leadercrm.webhooks.queries import DELIVERIES, WEBHOOKS, deliveries_page

MANAGE = "webhooks.manage"
SHOWN = "backoffice/settings/webhook.html"
PART_OF_LIST = "#list"
# The page waits for what becomes of a message whose next try is no further away than this.
SOON = timedelta(seconds=90)
SPANS = ((1, _("the last hour")), (24, _("the last 24 hours")), (72, _("the last 3 days")), (168, _("the last 7 days")))
call_values({"delivered": ("green", _("Delivered"))})


def states() -> Iterable[tuple[Any, Any]]:
    return [(state.value, state.label) for state in DeliveryState]


class WebhookList(InSettings, ListPage):
    title = _("Webhooks")
    place_in = "webhooks"
    required_permission = MANAGE
    rows = WEBHOOKS
    columns = (
        Column("url", _("Address"), "title", sort="url"),
        Column("description", _("What it is for"), sort="description"),
        Column("events", _("Told of"), template="backoffice/settings/_events.html"),
        Column("is_active", _("State"), template="backoffice/settings/_webhook_state.html"),
    )
    row_url = "web:settings-webhook"
    new_url = "web:settings-webhook-new"
    new_label = _("New webhook")
    new_permission = MANAGE
    empty_title = _("No program is told of anything yet")
    empty_text = _(
        "Give the address of a program of yours: whenever something happens here, such as a deal that is won, it gets a"
        " signed message with the old and new values."
    )


class OneWebhook(InSettings):
    """What the page of a webhook shows: its state, its secret where it has just been made, and what was sent to it."""

    place_in = "webhooks"
    required_permission = MANAGE
    rows = WEBHOOKS
    row_url = "web:settings-delivery"
    empty_title = _("Nothing has been sent yet")
    empty_text = _("It is told of what happens from now on. Send a test to see whether it takes messages.")
    columns = (
        Column("event", _("Event"), "title"),
        Column("state", _("Status"), "badge"),
        Column("attempts", _("Tries"), "number"),
        Column("error", _("Answer"), template="backoffice/settings/_delivery_answer.html"),
        Column("created_at", _("Made"), "moment"),
        Column("message_id", _("Do"), template="backoffice/settings/_delivery_act.html"),
    )

    def shown(self, pk: int, secret: str = "") -> dict[str, Any]:
        webhook, paging = json_row(WEBHOOKS, pk, self.actor), Paging.of(self.request)
        state = self.request.GET.get("state", "")
        state = state if state in DeliveryState.values else ""
        found = deliveries_page(pk, state, self.actor, limit=paging.per_page, offset=paging.offset)
        rows = json.loads(found.rows)
        return {
            "title": webhook["url"],
            "webhook": webhook,
            "secret": secret,
            "rows": rows,
            "paged": Paged(paging.page, paging.per_page, found.count, found.total),
            "columns": self.columns,
            "states": [(value, label, value == state) for value, label in states()],
            "narrowed": bool(state),
            "is_moving": any(_is_due_soon(row) for row in rows),
            "spans": SPANS,
            "page_class": self,
        }


def _is_due_soon(row: dict[str, Any]) -> bool:
    due_at = parse_datetime(row["due_at"])
    return row["state"] == DeliveryState.WAITING and due_at is not None and abs(due_at - timezone.now()) < SOON


class WebhookPage(OneWebhook):
    """A webhook, with its log. A POST gives it a new secret, which this answer alone shows."""

    template = SHOWN

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return self.shown(self.kwargs["pk"])

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        secret = rotate_webhook_secret(row_of(WEBHOOKS, pk, self.actor), actor=self.actor)
        return self.draw(self.shown(pk, secret))

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The log alone, when htmx asks for just that."""
        if self.request.headers.get("HX-Target", "").endswith(PART_OF_LIST) and "rows" in context:
            template = "backoffice/settings/_deliveries.html"
        return super().draw(context, template=template, status=status)


class WebhookForm(OneWebhook, FormPage):
    """Make a webhook, or change one. The secret of a new one is in the answer, and nowhere again."""

    template = "backoffice/settings/webhook_form.html"
    serializer = WebhookInput
    fields = (
        Field("url", _("Address"), half=False, hint=_("https://… of a program that takes the messages.")),
        Field("description", _("What it is for"), half=False),
        Field("events", _("Told of"), "lines", half=False, hint=_("One a line: an event, all of a thing, or *.")),
    )
    update_action = change_webhook
    place = ("web:settings-webhooks", "web:settings-webhook", _("New webhook"), _("Change webhook"))

    def preset(self) -> dict[str, Any]:
        return {"events": ["*"], **super().preset()}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, **kwargs)
        made = getattr(self, "made", None)
        return self.draw(self.shown(*made), template=SHOWN) if made else answer

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        if row is not None:
            return super().save(values, row)
        webhook, secret = create_webhook(values, actor=self.actor)
        self.made = (webhook.pk, secret)
        return webhook

    def beside(self) -> dict[str, Any]:
        return {"patterns": [f"{name}.*" for name in RESOURCES.values()]}


class WebhookAct(ActPage):
    """A button on a webhook's page."""

    rows = WEBHOOKS
    required_permission = MANAGE
    then = "web:settings-webhook"


class WebhookTest(WebhookAct):
    action = test_webhook
    done = _("The test is on its way: what the address answers is shown here.")


def pause(webhook: Webhook, *, actor: Actor) -> Webhook:
    return change_webhook(webhook, {"is_active": False}, actor=actor)


def resume(webhook: Webhook, *, actor: Actor) -> Webhook:
    return change_webhook(webhook, {"is_active": True}, actor=actor)


class WebhookPause(WebhookAct):
    action = pause
    done = _("Paused: it is told of nothing until you resume it.")


class WebhookResume(WebhookAct):
    action = resume
    done = _("It is told of what happens from now on.")


class WebhookReplay(WebhookAct):
    action = replay_webhook
    serializer = ReplayInput
    done = _("It is told again of what happened then; each message has a new id, and the event the one that it had.")

    def values(self) -> dict[str, Any]:
        """A span of hours as the moment that the API takes; the longest is a minute short, for the way there."""
        hours = {str(hours): timedelta(hours=hours) for hours, _label in SPANS}.get(self.request.POST.get("hours", ""))
        if hours is None:
            return {}
        return {"since": (timezone.now() - min(hours, REPLAYED_AT_MOST - timedelta(minutes=1))).isoformat()}


class WebhookDelete(WebhookAct):
    action = delete_webhook
    done = _("The webhook is gone, with what was sent to it.")
    then, then_list = "", "web:settings-webhooks"


class DeliveryPage(InSettings):
    """One message: what was sent, how often, and what the address answered."""

    template = "backoffice/settings/delivery.html"
    place_in = "webhooks"
    required_permission = MANAGE
    rows = DELIVERIES

    def context(self, **kwargs: Any) -> dict[str, Any]:
        delivery = json_row(DELIVERIES, self.kwargs["pk"], self.actor)
        webhook = json_row(WEBHOOKS, delivery["webhook_id"], self.actor)
        payload = json.dumps(delivery["payload"], indent=2, ensure_ascii=False)
        return {"title": delivery["event"], "delivery": delivery, "webhook": webhook, "payload": payload}


class DeliveryResend(InSettings):
    """Send a message once more, and go back to where its button stood."""

    http_method_names = ["post"]
    required_permission = MANAGE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery = resend_delivery(row_of(DELIVERIES, pk, self.actor), actor=self.actor)
        toast(request, _("It is sent again, under the id that it had."))
        return see_other(reverse("web:settings-webhook", args=(delivery.webhook_id,)))
