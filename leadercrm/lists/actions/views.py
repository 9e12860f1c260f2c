"""Keeping views of lists, and choosing columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.lists.models import ListChoice, SavedView
from leadercrm.lists.permissions import user_of

MOST_VIEWS, MOST_COLUMNS, MOST_OF_A_QUERY = 50, 60, 4000


@domain_action(permission="lists.save_view")
def create_view(values: Mapping[str, Any], *, actor: Actor) -> SavedView:
    """Keep a view: `listing`, `name`, `query` and `is_shared`. Sharing needs the right to it."""
    _check(values, actor)
    if SavedView.objects.filter(listing=values["listing"], user=user_of(actor)).count() >= MOST_VIEWS:
        raise DomainError(_("You have %(most)s views of this list already.") % {"most": MOST_VIEWS}, field="name")
    view = SavedView.objects.create(**values, user_id=user_of(actor))
    record(actor, view, "view.created")
    return view


@domain_action(permission="lists.save_view")
def change_view(view: SavedView, values: Mapping[str, Any], *, actor: Actor) -> SavedView:
    """Change the name, what it shows, or whether it is shared."""
    _check(values, actor)
    view = lock(view)
    _require_own(view, actor)
    amend(view, values, actor=actor, action="view.changed")
    return view


@domain_action(permission="lists.save_view")
def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Take a view away; lists that began with it begin with everything then."""
    view = lock(view)
    _require_own(view, actor)
    before = snapshot(view)
    view.delete()
    record(actor, view, "view.deleted", before=before)


@domain_action(permission="lists.choose_columns")
def choose_columns(listing: str, columns: Sequence[str], *, actor: Actor) -> ListChoice:
    """Let a list show these columns, in this order, to the actor; none are the list's own."""
    if len(columns) > MOST_COLUMNS:
        raise DomainError(_("Choose fewer columns."), field="columns")
    return _choose(listing, {"columns": list(columns) or None}, actor)


@domain_action(permission="lists.choose_columns")
def choose_view(listing: str, view: SavedView | None, *, actor: Actor) -> ListChoice:
    """Let a list begin with a view, for the actor alone; None is everything."""
    return _choose(listing, {"view_id": view.pk if view else None}, actor)


def _choose(listing: str, values: Mapping[str, Any], actor: Actor) -> ListChoice:
    choice, is_new = ListChoice.objects.select_for_update().get_or_create(user_id=user_of(actor), listing=listing[:64])
    if is_new:
        record(actor, choice, "list_choice.created")
    amend(choice, values, actor=actor, action="list_choice.changed")
    return choice


def _check(values: Mapping[str, Any], actor: Actor) -> None:
    if values.get("is_shared"):
        actor.require("lists.share_view")
    if "name" in values and not values["name"].strip():
        raise DomainError(_("Give the view a name."), field="name")
    if len(str(values.get("query", ""))) > MOST_OF_A_QUERY:
        raise DomainError(_("The filters are too long to be kept."), field="query")


def _require_own(view: SavedView, actor: Actor) -> None:
    """Its owner changes a view, and of a shared one whoever may share."""
    if view.user_id != actor.user_id and not (view.is_shared and actor.may("lists.share_view")):
        raise Forbidden(_("This view is somebody else's."))
