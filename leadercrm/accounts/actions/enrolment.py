"""How somebody becomes a user: the one way, for registrations and invitations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex, Tenant


@dataclass(frozen=True)
class Entrance:
    """What somebody gets who has registered, accepted an invitation or logged in."""

    token: str
    user: User
    tenant: BoundTenant


@contextmanager
def one_account_for(email: str) -> Iterator[None]:
    """A transaction that enters an address into the login index: no two tenants ever have the same (A-63).

    Refuses an address that somebody else takes at this very moment; `refuse_taken` tells beforehand.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        refuse_taken(email)
        raise


def enrol(user: User, *, tenant: Tenant, admit: Callable[[User], User], secret: str | None = None) -> Entrance:
    """Enter a user into the login index, let `admit` write them into their tenant, and log them in.

    Runs inside `one_account_for` the user's address. The user has no id yet: it is the index's.
    """
    login = LoginIndex.objects.create(email=user.email, tenant=tenant, role=user.role)
    user.pk = login.pk
    bound = BoundTenant.of(tenant)
    with bind(bound, inside_transaction=True):
        admitted = admit(user)
    return Entrance(issue_token(login, secret=secret), admitted, bound)


def refuse_taken(email: str) -> None:
    """Refuse an address that any tenant has."""
    if LoginIndex.objects.filter(email=email).exists():
        raise DomainError(
            _("This e-mail address already has an account."),
            field="email",
            code="email_taken",
            hint=_("Log in with it, or register with another address."),
        )
