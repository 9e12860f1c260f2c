"""Who may do what with accounts (contract, section 8)."""

from leadercrm.core.actor import Scope, grant

grant(
    "accounts.open_account", "accounts.log_in", "accounts.accept_invitation",
    "accounts.ask_for_reset", "accounts.reset_password",
    visitor=Scope.ALL,
)  # fmt: skip
grant(
    "accounts.log_out", "accounts.change_own_password", "accounts.manage_own_tokens",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
# Oneself: name, language, avatar. What concerns others, and anybody's role and team, is an administrator's.
grant("accounts.change_user", manager=Scope.OWN, sales=Scope.OWN, viewer=Scope.OWN)
grant("accounts.manage_users", "accounts.invite_users", "accounts.manage_teams")
