"""Who may do things to many rows. Each row is judged on its own besides: by the action that is called for it."""

from leadercrm.core.actor import Scope, grant

grant(
    "lists.start_batch", "lists.view_batch", "lists.revert_batch",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
# Views and columns are one's own, and so are the files that one has made.
grant("lists.save_view", "lists.choose_columns", "lists.export", manager=Scope.OWN, sales=Scope.OWN, viewer=Scope.OWN)
grant("lists.share_view", manager=Scope.ALL)
# The worker goes on with what somebody has begun.
grant("lists.work_batch")
