"""What the API and the pages read of campaigns and their recipients."""

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import INTEGER, nullable, one_of, record
from marketing.models import Campaign, CampaignRecipient, CampaignStatus, RecipientStatus, TestMeasure
from marketing.models.preference import Topic

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
CAMPAIGNS = JsonRows(
    Campaign.objects.all,
    {
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
    },
    owned=False,
    types={
        "status": one_of(CampaignStatus.values),
        "stats": nullable(STATS),
        "topic": one_of(Topic.values),
        "test_measure": one_of(TestMeasure.values),
    },
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
    types={"status": one_of(RecipientStatus.values)},
)
