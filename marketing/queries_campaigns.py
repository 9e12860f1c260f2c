"""What the API and the pages read of campaigns and their recipients."""

from typing import Any

from django.db.models import BigIntegerField, Count, JSONField, QuerySet
from django.db.models.expressions import RawSQL

from leadercrm.core.actor import Actor
from leadercrm.core.api.columns import Param, Timestamp
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import INTEGER, nullable, one_of, record
from marketing.models import (
    Campaign,
    CampaignLink,
    CampaignRecipient,
    CampaignStatus,
    RecipientStatus,
    SkipReason,
    TestMeasure,
)
from marketing.models.preference import Topic

MOST_DOMAINS = 20
# Null before it begins; then the counters that whoever changes a recipient keeps.
STATS_SQL = """
    CASE WHEN marketing_campaign.started_at IS NOT NULL THEN json_build_object(
        'recipients', recipients_count, 'sent', sent_count, 'failed', failed_count, 'opened', opened_count,
        'clicked', clicked_count, 'bounced', bounced_count, 'unsubscribed', unsubscribed_count) END
"""
STATS = record(
    dict.fromkeys(("recipients", "sent", "failed", "opened", "clicked", "bounced", "unsubscribed"), INTEGER),
    "CampaignStats",
)
CAMPAIGN_COLUMNS = {
    "id": "id",
    "name": "name",
    "status": "status",
    "segment_name": "segment__name",
    "stats": RawSQL(STATS_SQL, (), JSONField()),  # noqa: S611 - our own names
    "sent_at": Timestamp("sent_at"),
    "subject": "subject",
    "subject_b": "subject_b",
    "test_share": "test_share",
    "test_hours": "test_hours",
    "test_measure": "test_measure",
    "winner": "winner",
    "topic": "topic",
    "preheader": "preheader",
    "content": "content",
    "segment_id": "segment_id",
    "scheduled_at": Timestamp("scheduled_at"),
    "started_at": Timestamp("started_at"),
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
CAMPAIGN_TYPES = {
    "status": one_of(CampaignStatus.values),
    "stats": nullable(STATS),
    "topic": one_of(Topic.values),
    "test_measure": one_of(TestMeasure.values),
}
CAMPAIGNS = JsonRows(Campaign.objects.all, CAMPAIGN_COLUMNS, owned=False, types=CAMPAIGN_TYPES)
DELETED_CAMPAIGNS = JsonRows(
    lambda: Campaign.with_deleted.filter(deleted_at__isnull=False), CAMPAIGN_COLUMNS, owned=False, living=False
)
RECIPIENTS = JsonRows(
    CampaignRecipient.objects.all,
    {
        "id": "id",
        "campaign_id": "campaign_id",
        "contact_id": "contact_id",
        "email": "email",
        "variant": "variant",
        "status": "status",
        "skipped": "skipped",
        "attempts": "attempts",
        "reply": "reply",
        "sent_at": Timestamp("sent_at"),
        "opened_at": Timestamp("opened_at"),
        "clicked_at": Timestamp("clicked_at"),
        "bounced_at": Timestamp("bounced_at"),
        "complained_at": Timestamp("complained_at"),
        "unsubscribed_at": Timestamp("unsubscribed_at"),
    },
    owned=False,
    living=False,
    types={"status": one_of(RecipientStatus.values), "skipped": one_of(["", *SkipReason.values])},
)


def recipients_page(campaign: Campaign, narrowing: Narrowing, actor: Actor, *, limit: int, offset: int) -> Page:
    """A page of a campaign's recipients, latest first."""
    return RECIPIENTS.page(
        actor,
        limit=limit,
        offset=offset,
        values={"campaign": campaign.pk, **narrowing.values},
        key=("campaign", *narrowing.key),
        narrow=lambda rows: narrowing.apply(_of_campaign(rows)),
    )


def _of_campaign(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(campaign_id=Param("campaign", BigIntegerField()))


def report_of(campaign: Campaign) -> dict[str, Any]:
    """{links, domains, variants, in_doubt}: clicks by link, and what became of the mails by domain and by subject."""
    links = CampaignLink.objects.filter(campaign=campaign).order_by("position")
    mails = CampaignRecipient.objects.filter(campaign=campaign).order_by()
    return {
        "links": [{"position": row.position, "url": row.url, "clicked": row.clicked_count} for row in links],
        "domains": _figures(mails.extra(select={"domain": "split_part(email, '@', 2)"}), "domain")[:MOST_DOMAINS],
        "variants": sorted(_figures(mails, "variant"), key=lambda row: row["variant"]),
        "in_doubt": mails.filter(status="in_doubt").count(),
    }


def _figures(mails: QuerySet[Any], name: str) -> list[dict[str, Any]]:
    """Counts by a column, most first."""
    counts = mails.values(name).annotate(
        sent=Count("sent_at"), opened=Count("opened_at"), clicked=Count("clicked_at"), bounced=Count("bounced_at"),
        unsubscribed=Count("unsubscribed_at"),
    )  # fmt: skip
    return list(counts.order_by("-sent", name))
