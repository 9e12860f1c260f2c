"""Contacts that other apps choose, for apps that do not know them: segments, and who wants no mail.

Apps beside each other do not import each other. Whoever has such a choice registers it here, and
whoever needs one asks here.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from leadercrm.core.actor import Actor

Contacts = QuerySet[Any, Any]
Chooser = Callable[[int, Actor], Contacts | None]
Guard = Callable[[Mapping[int, str]], Collection[int]]

# What an audience is called -> its contacts by its id; None for an id that is none.
CHOOSERS: dict[str, Chooser] = {}
GUARDS: list[Guard] = []


def audience(name: str) -> Callable[[Chooser], Chooser]:
    """Register the function that gives the contacts' ids of an audience, as a queryset of one column."""

    def register(function: Chooser) -> Chooser:
        CHOOSERS[name] = function
        return function

    return register


def contacts_of(name: str, pk: int, actor: Actor) -> Contacts | None:
    """The ids of an audience's contacts; None when there is no such audience for this actor."""
    chooser = CHOOSERS.get(name)
    return chooser(pk, actor) if chooser else None


def guards_mail(function: Guard) -> Guard:
    """Register a function that tells, of contacts and their addresses, who wants no mail."""
    GUARDS.append(function)
    return function


def unmailable(addresses: Mapping[int, str]) -> set[int]:
    """Of these contacts and their addresses, those that must not be mailed unasked."""
    return {pk for guard in GUARDS for pk in guard(addresses)}
