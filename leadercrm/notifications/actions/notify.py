"""Telling users what has happened: the one way in which notifications come into being."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actions import after_commit
from leadercrm.notifications.models import Notification, NotificationType, Preference

MOST_OF_A_TITLE = 255


@dataclass(frozen=True)
class Channels:
    """Where a user wants to hear of a type."""

    in_app: bool = True
    email: bool = False


def notify(
    user_ids: Iterable[int | None],
    kind: NotificationType | str,
    *,
    title: Any,
    body: Any = "",
    values: Mapping[str, Any] | None = None,
    url: str = "",
) -> list[Notification]:
    """Tell these users, in the running action's transaction; returns the notifications made.

    `title` and `body` are lazy translations with %(name)s places, which `values` fills; each user gets
    them in their own language. (Thus a bare % is written %%.) Users who are unknown or inactive are
    passed over, None is nobody, and one who is named twice is told once. Who has chosen so gets no
    notification, or a mail. Raises ValueError for an unknown kind, RuntimeError outside an action.
    """
    kind, values = NotificationType(kind), values or {}
    tally.touch(Notification._meta.label_lower)
    wanted = {user_id for user_id in user_ids if user_id is not None}
    users = list(User.objects.filter(pk__in=wanted, is_active=True).order_by("pk").only("pk", "language"))
    chosen = _channels([user.pk for user in users], kind)
    texts = {language: _rendered(title, body, values, language) for language in {user.language for user in users}}
    rows = []
    for user in users:
        channels, (heading, text) = chosen.get(user.pk, Channels()), texts[user.language]
        if channels.in_app:
            rows.append(Notification(user=user, type=kind, title=heading, body=text, url=url))
        if channels.email:
            _mail_later(user.pk, heading, text, url)
    tally.touch(Notification._meta.label_lower, rows=len(rows))
    return Notification.objects.bulk_create(rows)


def _channels(user_ids: list[int], kind: NotificationType) -> dict[int, Channels]:
    chosen = Preference.objects.filter(user_id__in=user_ids, type=kind)
    return {user_id: Channels(*flags) for user_id, *flags in chosen.values_list("user_id", "in_app", "email")}


def _rendered(title: Any, body: Any, values: Mapping[str, Any], language: str) -> tuple[str, str]:
    with translation.override(language):
        return (str(title) % values)[:MOST_OF_A_TITLE], str(body) % values


def _mail_later(user_id: int, title: str, body: str, url: str) -> None:
    """Schedule the mail with its texts: who is told by mail alone has no notification to take them from."""
    key = secrets.token_hex(8)
    after_commit("notifications.send_mail", user_id=user_id, key=key, title=title, body=body, url=url)
