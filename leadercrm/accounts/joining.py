"""Who is told when somebody becomes a user: apps above accounts, which accounts does not know."""

from collections.abc import Callable

from leadercrm.accounts.models import User

Listener = Callable[[User], None]
LISTENERS: list[Listener] = []


def on_joining(function: Listener) -> Listener:
    """Register a function that is told of a new or reactivated user, in the transaction in which they become one."""
    LISTENERS.append(function)
    return function


def joined(user: User) -> None:
    """Tell everybody."""
    for listener in LISTENERS:
        listener(user)
