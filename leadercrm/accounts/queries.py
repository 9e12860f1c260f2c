"""The JSON rows of users, teams and invitations."""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, Now

from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core.api.columns import Param, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import INTEGER, URL, list_of, nullable, one_of

# A user's avatar is an absolute address (G-31): the request says what this server is called.
AVATAR_URL = Case(
    When(~Q(avatar=""), then=Concat(Param("base_url", TextField()), Value("/storage/"), "avatar")),
    default=None,
    output_field=TextField(),
)
# Not `living`: users and teams are few, and counting them is certain.
USERS = JsonRows(
    User.objects.all,
    {
        "id": "id",
        "name": "name",
        "email": "email",
        "role": "role",
        "avatar_url": AVATAR_URL,
        "is_active": "is_active",
        "language": "language",
        "team_id": "team_id",
        "team_name": "team__name",
        "absent_from": "absent_from",
        "absent_until": "absent_until",
    },
    owned=False,
    living=False,
    types={"avatar_url": nullable(URL)},
)


def _member_ids() -> Coalesce:
    members = User.objects.filter(team_id=OuterRef("pk")).order_by().values("team_id")
    ids: Any = members.annotate(ids=ArrayAgg("pk", order_by="pk")).values("ids")
    kind = ArrayField(BigIntegerField())
    return Coalesce(Subquery(ids, output_field=kind), Value([], output_field=kind))


TEAMS = JsonRows(
    Team.objects.all,
    {"id": "id", "name": "name", "member_ids": _member_ids()},
    owned=False,
    living=False,
    types={"member_ids": list_of(INTEGER)},
)

STATUS = Case(
    When(accepted_at__isnull=False, then=Value("accepted")),
    When(revoked_at__isnull=False, then=Value("revoked")),
    When(expires_at__lte=Now(), then=Value("expired")),
    default=Value("open"),
    output_field=TextField(),
)
INVITATIONS = JsonRows(
    Invitation.objects.all,
    {
        "id": "id",
        "email": "email",
        "name": "name",
        "role": "role",
        "team_id": "team_id",
        "language": "language",
        "status": STATUS,
        "invited_by_id": "invited_by_id",
        "user_id": "user_id",
        "sent_at": Timestamp("sent_at"),
        "expires_at": Timestamp("expires_at"),
        "accepted_at": Timestamp("accepted_at"),
        "created_at": Timestamp("created_at"),
    },
    owned=False,
    types={"status": one_of(("open", "accepted", "revoked", "expired"))},
)
