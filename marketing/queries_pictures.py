"""What the API and the pages read of campaigns' pictures."""

from django.db.models import TextField, Value
from django.db.models.functions import Concat

from leadercrm.core.api.columns import Param, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import URL
from marketing.models import CampaignPicture

# Absolute, as mails need them (G-31): the request says what this server is called.
PICTURE_URL = Concat(Param("base_url", TextField()), Value("/storage/"), "file", output_field=TextField())
PICTURES = JsonRows(
    CampaignPicture.objects.all,
    {
        "id": "id",
        "url": PICTURE_URL,
        "name": "name",
        "width": "width",
        "height": "height",
        "size": "size",
        "owner_id": "owner_id",
        "created_at": Timestamp("created_at"),
    },
    owned=False,
    living=False,
    types={"url": URL},
)
