"""Who may do what with accounts (contract, section 8)."""

from leadercrm.core.actor import Scope, grant

grant("accounts.open_account", "accounts.log_in", visitor=Scope.ALL)
grant(
    "accounts.log_out", "accounts.change_own_password",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
grant("accounts.manage_users")
