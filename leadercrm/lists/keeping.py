"""What lists remember of whoever looks at them (leadercrm.core.web.keeping), read from the tables."""

from django.db.models import F, Q

from leadercrm.core.actor import Actor
from leadercrm.core.web.keeping import Kept, KeptView, keep_lists
from leadercrm.lists.models import ListChoice, SavedView


def kept(listing: str, actor: Actor) -> Kept:
    """One's own views of a list and the shared ones; the columns, and the view that it begins with."""
    choice = ListChoice.objects.filter(user_id=actor.user_id or 0, listing=listing).first()
    seen = SavedView.objects.filter(Q(user_id=actor.user_id) | Q(is_shared=True), listing=listing)
    views = [
        KeptView(pk, name, query, is_shared, user_id == actor.user_id, choice is not None and choice.view_id == pk)
        for pk, name, query, is_shared, user_id in seen.order_by(F("is_shared"), "name", "pk").values_list(
            "pk", "name", "query", "is_shared", "user_id"
        )
    ]
    return Kept(tuple(choice.columns or ()) if choice else (), views)


keep_lists(kept)
