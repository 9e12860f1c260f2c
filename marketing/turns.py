"""Whose turn it is: who gets the next contact that comes by a form or an event."""

from collections.abc import Iterable, Sequence
from datetime import date

from leadercrm.accounts.models import User
from leadercrm.core.actor import Role

# A viewer can neither call a contact nor change it.
SELLERS = (Role.ADMIN, Role.MANAGER, Role.SALES)


def is_absent(user: User, day: date) -> bool:
    """Whether somebody is away on that day."""
    begun = user.absent_from is not None and user.absent_from <= day
    return begun and (user.absent_until is None or user.absent_until >= day)


def available(day: date, user_ids: Iterable[int] = ()) -> list[User]:
    """Who may get a contact on that day, by id: of these users, or of all who sell if none of them can.

    Somebody who is away is better than nobody: where all are, all of them count.
    """
    everybody = list(User.objects.filter(is_active=True, role__in=SELLERS).order_by("pk"))
    chosen = set(user_ids)
    named = [user for user in everybody if user.pk in chosen]
    for pool in (named, everybody):
        present = [user for user in pool if not is_absent(user, day)]
        if present:
            return present
    return named or everybody


def after(users: Sequence[User], last_id: int | None) -> User | None:
    """Who comes after the user with `last_id`, in the order of ids and round again; None where there is nobody."""
    later = [user for user in users if last_id is None or user.pk > last_id]
    return next(iter(later or users), None)
