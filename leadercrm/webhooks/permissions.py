"""Who may follow an account's changes: all that see every record, and have them sent: administrators."""

from leadercrm.core.actor import Scope, grant

grant("webhooks.manage")
grant("webhooks.read_changes", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
