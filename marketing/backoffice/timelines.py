"""What of marketing stands on the timeline of a contact: what they sent by forms, and the mails that they got."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from leadercrm.core.actor import Actor
from leadercrm.core.web.timeline import Line, Trace, also, trace
from marketing.models import CampaignRecipient
from marketing.queries_forms import SUBMISSIONS

SIGNS = ("sent_at", "opened_at", "clicked_at", "bounced_at", "complained_at", "unsubscribed_at")


def _submissions(contact_id: int, actor: Actor) -> QuerySet[Any]:
    return SUBMISSIONS.visible(actor).filter(contact_id=contact_id)


def _mails(contact_id: int, actor: Actor, before: datetime, most: int) -> Iterable[Line]:
    """Each mail of a campaign, and what its reader did with it."""
    said = {
        "sent_at": pgettext("a mail", "sent"),
        "opened_at": pgettext("a mail", "opened"),
        "clicked_at": pgettext("a mail", "link followed"),
        "bounced_at": pgettext("a mail", "came back"),
        "complained_at": pgettext("a mail", "called spam"),
        "unsubscribed_at": pgettext("a mail", "unsubscribed"),
    }
    rows = CampaignRecipient.objects.filter(contact_id=contact_id, sent_at__isnull=False, sent_at__lt=before)
    found = rows.order_by("-sent_at").values("campaign_id", "campaign__name", *SIGNS)[:most]
    lines = [
        Line(row[sign], "mail", said[sign], row["campaign__name"], reverse("web:campaign", args=(row["campaign_id"],)))
        for row in found
        for sign in SIGNS
        if row[sign] is not None and row[sign] < before
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:most]


trace(
    "contact",
    Trace("marketing.formsubmission", "mails", "forms", _submissions, "form__name", "web:form-submission"),
)
also("contact", "mails", _mails)
