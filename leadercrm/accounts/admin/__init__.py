"""Users, teams, invitations and tokens in a tenant's admin site. The menu has this order."""

from leadercrm.accounts.admin import users, invitations, teams, tokens, wording  # isort: skip

__all__ = ["invitations", "teams", "tokens", "users", "wording"]
