"""What a tenant's mail provider reports, and the address that it does so by."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core import bounces
from leadercrm.core.api import throttling
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import EmailText, Flag, ListOf, OneOf, Text
from leadercrm.core.api.idempotency import requested_key
from leadercrm.core.api.parsing import read_body
from leadercrm.core.api.responses import base_url, json_response, message_response, timestamp
from leadercrm.core.api.shapes import INTEGER, MESSAGE, MOMENT, TEXT, URL, data, explained, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.hooks import current_hook, find_hook, note_use
from leadercrm.tenancy.models import MailHook
from marketing.actions.hooks import remove_mail_hook, renew_mail_hook
from marketing.api.resources import MAIL_HOOK
from marketing.delivery.returned import KINDS, Report, take_in

MOST_REPORTS = 500
# By address: a provider sends its reports in bundles, or one by one when a campaign has just gone out.
REPORTS = throttling.Limit("mail-reports", 3000, 60)
MAIL_TYPES = ("message/rfc822", "multipart/report")
HOOK = {"created_at": nullable(MOMENT), "last_used_at": nullable(MOMENT)}
TAKEN = record({"taken": INTEGER, "ignored": INTEGER}, "MailReportsTaken")
SECRET = explained({**TEXT, "pattern": "^[A-Za-z0-9]{42}$"}, _("The last part of the account's own address."))


class ReportInput(serializers.Serializer[Any]):
    """About one mail: by the Message-ID that we gave it, or else by the address that it went to."""

    type = OneOf(KINDS)
    message_id = Text(max_length=500, required=False, allow_null=True)
    email = EmailText(max_length=254, required=False, allow_null=True)
    permanent = Flag(required=False, allow_null=True)
    detail = Text(max_length=2000, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("message_id") and not attrs.get("email"):
            raise serializers.ValidationError({"message_id": [_("Say which mail: message_id, email or both.")]})
        return attrs


class ReportsInput(serializers.Serializer[Any]):
    events = ListOf(child=ReportInput(), max_length=MOST_REPORTS)


class MailReportView(ApiView):
    """Open to whoever knows the address. Each report may come twice: it counts once."""

    public = True
    resource = MAIL_HOOK
    most_bytes = bounces.MOST_BYTES

    @described(
        _("Report what became of mails"),
        id="reportMails",
        details=_(
            "For mail providers, without a token. `bounced` came back: for good with `permanent: true`, for now with"
            " `false`, and without it as `detail`, the mail server's answer, says. `complained` was called spam."
            " `delivered` has arrived. A mail of the type `message/rfc822` is read as a delivery status notification"
            " (RFC 3464) or a feedback report (RFC 5965). What is about no mail of this account is ignored."
        ),
        body=ReportsInput,
        path={"secret": SECRET},
        returns=data(TAKEN),
        errors=(404, 422),
    )
    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        hook = find_hook(secret)
        self.context.headers.update(REPORTS.spend(str(hook.id)))
        requested_key(request)  # what is none is refused as everywhere; the same report twice is one anyway
        note_use(hook)
        content_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if content_type in MAIL_TYPES:
            told = [bounces.take_in(read_body(request), of_tenant=hook.tenant.id) is not None]
        else:
            reports = [Report(**event) for event in self.cleaned(ReportsInput)["events"]]
            with bind(hook.tenant):
                told = [take_in(report) for report in reports]
        return json_response({"data": {"taken": sum(told), "ignored": len(told) - sum(told)}})


class MailHookView(ApiView):
    resource = MAIL_HOOK
    required_permission = "marketing.change_mail_hook"

    @described(
        _("Read whether reports of mails are taken"), id="getMailWebhook", returns=data(record(HOOK, "MailWebhook"))
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """When the address was made, and last used; nulls where there is none. The address itself is not kept."""
        return json_response({"data": _times(current_hook())})

    @described(
        _("Make the address for reports of mails"),
        id="renewMailWebhook",
        act=renew_mail_hook,
        returns=data(record({"url": URL, **HOOK}, "NewMailWebhook")),
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        """A new address, shown this once. The former one ends."""
        hook, secret = renew_mail_hook(actor=self.actor)
        url = f"{settings.PUBLIC_URL or base_url(request)}/api/webhooks/mail/{secret}"
        return json_response({"data": {"url": url, **_times(hook)}})

    @described(
        _("Take no more reports of mails"), id="deleteMailWebhook", act=remove_mail_hook, returns=MESSAGE, errors=(404,)
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        remove_mail_hook(actor=self.actor)
        return message_response(_("The address ends."))


def _times(hook: MailHook | None) -> dict[str, Any]:
    moments = {"created_at": hook and hook.created_at, "last_used_at": hook and hook.last_used_at}
    return {name: timestamp(at) if at else None for name, at in moments.items()}
