"""Inviting people into a tenant, and what they do with the link that they are mailed."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.enrolment import Entrance, enrol, one_account_for, refuse_taken
from leadercrm.accounts.actions.teams import check_team
from leadercrm.accounts.joining import joined
from leadercrm.accounts.models import Invitation, User
from leadercrm.core.actions import after_commit, amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.links import InvalidLink, drop_links, find_link, make_link, use_link
from leadercrm.tenancy.models import OneTimeLink

INVITATION = OneTimeLink.Purpose.INVITATION
LIFE = timedelta(days=7)


@domain_action(permission="accounts.invite_users")
def invite(values: dict[str, Any], *, actor: Actor) -> Invitation:
    """Invite an address into the tenant and mail it a link, good for seven days.

    Refuses an address that has an account anywhere, or an open invitation here.
    """
    refuse_taken(values["email"])
    check_team(values.get("team_id"))
    if Invitation.objects.filter(email=values["email"], accepted_at__isnull=True, revoked_at__isnull=True).exists():
        raise DomainError(
            _("This address has been invited already."),
            field="email",
            code="already_invited",
            hint=_("Send the invitation again, or revoke it first."),
        )
    invitation = Invitation(invited_by_id=actor.user_id, expires_at=timezone.now() + LIFE, **values)
    invitation.save()
    record(actor, invitation, "invitation.created")
    _send(invitation)
    return invitation


@domain_action(permission="accounts.invite_users")
def resend_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Mail a new link, good for seven days from now; the one before holds no more."""
    invitation = _open(invitation)
    refuse_taken(invitation.email)
    now = timezone.now()
    amend(invitation, {"sent_at": now, "expires_at": now + LIFE}, actor=actor, action="invitation.sent_again")
    _send(invitation)
    return invitation


@domain_action(permission="accounts.invite_users")
def revoke_invitation(invitation: Invitation, *, actor: Actor) -> None:
    """Let an invitation hold no more."""
    invitation = _open(invitation)
    amend(invitation, {"revoked_at": timezone.now()}, actor=actor, action="invitation.revoked")
    drop_links(INVITATION, invitation.pk)


def find_invitation(token: str) -> tuple[OneTimeLink, Invitation]:
    """The invitation that a link leads to. Raises InvalidLink."""
    link = find_link(token, INVITATION)
    with bind(BoundTenant.of(link.tenant), inside_transaction=True):
        invitation = Invitation.objects.filter(pk=link.subject_id).first()
    if invitation is None:
        raise InvalidLink
    return link, invitation


def accept_invitation(
    *, token: str, password: str, actor: Actor, name: str | None = None, secret: str | None = None
) -> Entrance:
    """Join the tenant that has invited: makes the user, uses the link up, logs them in.

    Without a name they get the one that they were invited by. Refuses a link that is used, replaced,
    revoked or expired, and an address that has got an account elsewhere meanwhile.
    """
    link, invitation = find_invitation(token)
    refuse_taken(invitation.email)
    hashed = make_password(password)
    named = name or invitation.name
    if not named:
        raise DomainError(_("This field is required."), field="name")

    def admit(user: User) -> User:
        return join(invitation, user=user, link=link, actor=actor)

    user = User(name=named, email=invitation.email, role=invitation.role, password=hashed, language=invitation.language)
    with one_account_for(invitation.email):
        return enrol(user, tenant=link.tenant, admit=admit, secret=secret)


@domain_action(permission="accounts.accept_invitation")
def join(invitation: Invitation, *, user: User, link: OneTimeLink, actor: Actor) -> User:
    """Put the user into the tenant, as the invitation says."""
    invitation = lock(invitation)
    if not invitation.is_open:
        raise InvalidLink
    use_link(link)
    user.team_id = invitation.team_id
    user.save(force_insert=True)
    record(actor, user, "user.joined", invitation=invitation.pk)
    amend(invitation, {"accepted_at": timezone.now(), "user_id": user.pk}, actor=actor, action="invitation.accepted")
    joined(user)
    return user


def _open(invitation: Invitation) -> Invitation:
    """The invitation, locked; refused when it has been accepted or revoked."""
    invitation = lock(invitation)
    if not invitation.is_open:
        raise DomainError(_("This invitation has been accepted or revoked."), field="status", code="invitation_closed")
    return invitation


def _send(invitation: Invitation) -> None:
    make_link(INVITATION, invitation.pk, life=LIFE)
    after_commit("accounts.send_invitation", invitation_id=invitation.pk)
