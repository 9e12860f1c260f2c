"""The single mails of campaigns and what became of them, in a tenant's admin site. Nobody writes them by hand."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.delivery import confirm_arrival, send_again
from marketing.models import CampaignRecipient, MailEvent, RecipientStatus

call(
    CampaignRecipient, _("recipient"), _("recipients"), campaign=_("campaign"), contact=_("contact"),
    email=_("e-mail address"), values=_("merge fields"), variant=_("subject"), status=_("status"), due_at=_("due"),
    attempts=_("tries"), claimed_by=_("sent by"), claimed_at=_("handed over"), looked_up_at=_("looked up"),
    reply=_("answer of the mail server"), skipped=_("reason of the omission"), sent_at=_("sent"), opened_at=_("opened"),
    clicked_at=_("clicked"),
    bounced_at=_("bounced"), complained_at=_("complained"), unsubscribed_at=_("unsubscribed"),
)  # fmt: skip
call(
    MailEvent, _("event of a mail"), _("events of mails"), recipient=_("recipient"), kind=_("what"), link=_("link"),
    is_robot=_("by a robot"), detail=_("detail"), created_at=_("at"),
)  # fmt: skip


def _in_doubt(recipient: CampaignRecipient) -> bool:
    return recipient.status == RecipientStatus.IN_DOUBT


class Events(ShownRows):
    """What happened to the mail."""

    model = MailEvent
    fields = ("created_at", "kind", "link", "is_robot", "detail")
    related = ("link",)
    ordering = ("-id",)


@admin.register(CampaignRecipient, site=tenant_site)
class RecipientAdmin(ActionAdmin):
    section, icon = "marketing", "forward_to_inbox"
    list_display = ("email", "campaign", "status", "attempts", "sent_at", "opened_at", "clicked_at")
    list_select_related = ("campaign",)
    list_filter = ("status", "skipped")
    search_fields = ("=email",)
    fields: ClassVar[Any] = (
        ("email", "contact"), ("campaign", "variant"), ("status", "skipped", "attempts"),
        ("due_at", "claimed_at", "looked_up_at"),
        "reply", ("sent_at", "opened_at", "clicked_at"), ("bounced_at", "complained_at", "unsubscribed_at"), "values",
    )  # fmt: skip
    inlines: ClassVar[Any] = (Events,)
    buttons = (
        Button(
            "arrived",
            _("The mail has arrived"),
            confirm_arrival,
            explanation=_("Nothing is sent."),
            icon="mark_email_read",
            shown=_in_doubt,
        ),
        Button(
            "again",
            _("Send again"),
            send_again,
            explanation=_("Whoever has got it already gets it twice."),
            icon="redo",
            danger=True,
            shown=_in_doubt,
        ),
    )
