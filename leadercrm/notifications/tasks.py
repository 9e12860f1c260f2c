"""Mails of notifications, for the users who chose them."""

from leadercrm.accounts.models import User
from leadercrm.core.mail import public_address, send_mail
from leadercrm.core.outbox import work_handler
from leadercrm.tenancy.binding import current_tenant


@work_handler("notifications.send_mail", repeatable=False)
def send_notification(user_id: int, key: str, title: str, body: str, url: str) -> None:
    """Mail a notification to its user, unless they have been deactivated meanwhile.

    `key` is the same in every attempt, and so is the mail's Message-ID.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    send_mail(
        to=user.email,
        subject=title,
        template="notifications/notification",
        context={"user": user, "body": body, "link": public_address(url) if url else None},
        message_id=f"notification.{current_tenant().id}.{key}",
        language=user.language,
    )
