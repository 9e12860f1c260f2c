"""A new account: tenant, first user and token, all or nothing."""

from functools import partial

from django.contrib.auth.hashers import make_password

from leadercrm.accounts.actions.enrolment import Entrance, enrol, one_account_for, refuse_taken
from leadercrm.accounts.models import User
from leadercrm.core.actions import after_commit, domain_action, record
from leadercrm.core.actor import Actor, Role
from leadercrm.tenancy.provisioning import claim_tenant
from leadercrm.tenancy.tasks import refill_spares_soon


def register(
    *, name: str, email: str, password: str, tenant_name: str, actor: Actor, secret: str | None = None
) -> Entrance:
    """Open an account: claim a ready tenant, make its administrator, log them in.

    Refuses an e-mail address that any tenant has (A-63). The password is hashed before any lock is
    taken. `secret` fixes the token's secret, for a registration that may be replayed.
    """
    email = email.lower()
    refuse_taken(email)  # before the price of a hash is paid
    user = User(name=name, email=email, role=Role.ADMIN, password=make_password(password))
    with one_account_for(email):
        entrance = enrol(
            user, tenant=claim_tenant(tenant_name), admit=partial(open_account, actor=actor), secret=secret
        )
        refill_spares_soon()
        return entrance


@domain_action(permission="accounts.open_account")
def open_account(user: User, *, actor: Actor) -> User:
    """Put a tenant's first user into it, and welcome them by mail."""
    user.save(force_insert=True)
    record(actor, user, "account.opened")
    after_commit("accounts.send_welcome", user_id=user.pk)
    return user
