"""A new account: tenant, first user and token, all or nothing."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actions import after_commit, domain_action, record
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex
from leadercrm.tenancy.provisioning import claim_tenant
from leadercrm.tenancy.tasks import refill_spares_soon


@dataclass(frozen=True)
class Entrance:
    """What somebody gets who has registered or logged in."""

    token: str
    user: User
    tenant: BoundTenant


def register(
    *, name: str, email: str, password: str, tenant_name: str, actor: Actor, secret: str | None = None
) -> Entrance:
    """Open an account: claim a ready tenant, make its administrator, log them in.

    Refuses an e-mail address that any tenant has (A-63). The password is hashed before any lock is
    taken. `secret` fixes the token's secret, for a registration that may be replayed.
    """
    email = email.lower()
    _refuse_taken(email)
    hashed = make_password(password)
    try:
        with transaction.atomic():
            tenant = claim_tenant(tenant_name)
            login = LoginIndex.objects.create(email=email, tenant=tenant, role=Role.ADMIN)
            bound = BoundTenant.of(tenant)
            with bind(bound, inside_transaction=True):
                user = open_account(
                    User(id=login.pk, name=name, email=email, role=Role.ADMIN, password=hashed), actor=actor
                )
            refill_spares_soon()
            return Entrance(issue_token(login, secret=secret), user, bound)
    except IntegrityError:
        _refuse_taken(email)  # somebody else was faster by a moment
        raise


@domain_action(permission="accounts.open_account")
def open_account(user: User, *, actor: Actor) -> User:
    """Put a tenant's first user into it, and welcome them by mail."""
    user.save(force_insert=True)
    record(actor, user, "account.opened")
    after_commit("accounts.send_welcome", user_id=user.pk)
    return user


def _refuse_taken(email: str) -> None:
    if LoginIndex.objects.filter(email=email).exists():
        raise DomainError(
            _("This e-mail address already has an account."),
            field="email",
            code="email_taken",
            hint=_("Log in with it, or register with another address."),
        )
