"""Who may do what with notifications: everybody, with their own alone."""

from leadercrm.core.actor import Scope, grant

grant(
    "notifications.read_notification", "notifications.change_preferences",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
