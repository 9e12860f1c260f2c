"""Who may do things to many rows. Each row is judged on its own besides: by the action that is called for it."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor, Scope, grant
from leadercrm.core.errors import Forbidden

grant(
    "lists.start_batch", "lists.view_batch", "lists.revert_batch",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
# Views and columns are one's own, and so are the files that one has made.
grant("lists.save_view", "lists.choose_columns", "lists.export", manager=Scope.OWN, sales=Scope.OWN, viewer=Scope.OWN)
grant("lists.share_view", manager=Scope.ALL)
# The worker goes on with what somebody has begun.
grant("lists.work_batch")


def user_of(actor: Actor) -> int:
    """Whose it is to be. An operator on a visit is none of the tenant's users, and keeps nothing here."""
    if actor.user_id is None:
        raise Forbidden(_("This is for the users of the account."))
    return actor.user_id
