"""Work that follows what happens to accounts."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import Invitation, User
from leadercrm.core.mail import public_address, send_mail
from leadercrm.core.outbox import work_handler
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import OneTimeLink


@work_handler("accounts.send_welcome", repeatable=False)
def send_welcome(user_id: int) -> None:
    """Greet a tenant's first user and say what to do next."""
    user, tenant = User.objects.get(pk=user_id), current_tenant()
    send_mail(
        to=user.email,
        subject=_("Welcome to Leader CRM, %(name)s"),
        values={"name": user.name},
        template="accounts/welcome",
        context={"user": user, "tenant": tenant, "link": public_address("/login") if settings.PUBLIC_URL else None},
        message_id=f"welcome.{tenant.id}.{user.pk}",
        language=user.language,
    )


@work_handler("accounts.send_invitation", repeatable=False)
def send_invitation(invitation_id: int) -> None:
    """Mail the link of an invitation, unless it has been accepted or revoked meanwhile."""
    invitation = Invitation.objects.select_related("invited_by").get(pk=invitation_id)
    token = link_token(OneTimeLink.Purpose.INVITATION, invitation.pk)
    if token is None:
        return
    tenant = current_tenant()
    send_mail(
        to=invitation.email,
        subject=_("%(tenant)s invites you to Leader CRM"),
        values={"tenant": tenant.name},
        template="accounts/invitation",
        context={
            "invitation": invitation,
            "tenant": tenant,
            "link": public_address(f"/invitation/{token}"),
        },
        message_id=f"invitation.{tenant.id}.{token.partition('-')[0]}",
        language=invitation.language,
    )


@work_handler("accounts.send_reset", repeatable=False)
def send_reset(user_id: int) -> None:
    """Mail the link to set a new password, unless it has been used meanwhile."""
    user, token = User.objects.get(pk=user_id), link_token(OneTimeLink.Purpose.PASSWORD_RESET, user_id)
    if token is None:
        return
    send_mail(
        to=user.email,
        subject=_("Set a new password for Leader CRM"),
        template="accounts/reset",
        context={"user": user, "link": public_address(f"/reset-password/{token}")},
        message_id=f"reset.{current_tenant().id}.{token.partition('-')[0]}",
        language=user.language,
    )
