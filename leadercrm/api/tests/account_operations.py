"""The operations on accounts as a client calls them: sessions, users, teams, invitations, tokens, mailed links."""

from typing import Any

from leadercrm.api.tests.operation import PIXEL, Operation
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import PASSWORD
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import OneTimeLink

REGISTRATION = {
    "name": "J. García", "email": "jgarcia@empresa.mx", "password": "MiPassword2024!",
    "password_confirmation": "MiPassword2024!", "tenant_name": "García & Asociados",
}  # fmt: skip
USER: dict[str, Any] = {
    "name": "A", "role": "sales", "team_id": None, "language": "en", "absent_from": "2025-06-30", "absent_until": None,
}  # fmt: skip
TEAM: dict[str, Any] = {"name": "Norte", "member_ids": []}
INVITATION: dict[str, Any] = {
    "email": "nueva@empresa.mx", "name": "Ana", "role": "sales", "team_id": None, "language": "en",
}  # fmt: skip
TOKEN: dict[str, Any] = {"name": "A", "abilities": ["read"], "expires_in_days": 30}


def account_operations(api: Api) -> list[Operation]:
    """Users, teams, invitations, tokens, and what is done by a mailed link."""
    someone = api.get("/users", search="viewer").data[0]
    user, team = f"/users/{someone['id']}", f"/teams/{api.post('/teams', TEAM).data['id']}"
    invited = [api.post("/users/invitations", {**INVITATION, "email": f"i{n}@empresa.mx"}).data["id"] for n in (1, 2)]
    api.post("/auth/forgot-password", {"email": someone["email"]})
    passwords = {"password": "otra-clave-9", "password_confirmation": "otra-clave-9"}
    acceptance = {"token": link_token(OneTimeLink.Purpose.INVITATION, invited[1]), "name": "A", **passwords}
    reset = {"token": link_token(OneTimeLink.Purpose.PASSWORD_RESET, someone["id"]), **passwords}
    token = api.post("/auth/tokens", TOKEN).data["id"]
    return [
        Operation("forgot-password", "POST", "/auth/forgot-password", {"email": "nobody@nowhere.mx"}, public=True),
        Operation("reset-password", "POST", "/auth/reset-password", reset, public=True),
        Operation("accept-invitation", "POST", "/auth/accept-invitation", acceptance, public=True),
        Operation("token-list", "GET", "/auth/tokens"),
        Operation("token-list", "POST", "/auth/tokens", TOKEN),
        Operation("token-detail", "PUT", f"/auth/tokens/{token}", TOKEN),
        Operation("token-detail", "DELETE", f"/auth/tokens/{token}"),
        Operation("user-list", "GET", "/users"),
        Operation("user-detail", "GET", user),
        Operation("user-detail", "PUT", user, USER),
        Operation("user-deactivate", "POST", f"{user}/deactivate"),
        Operation("user-reactivate", "POST", f"{user}/reactivate"),
        Operation("user-avatar", "PUT", f"{user}/avatar", {"image": PIXEL}),
        Operation("user-avatar", "DELETE", f"{user}/avatar"),
        Operation("team-list", "GET", "/teams"),
        Operation("team-list", "POST", "/teams", {**TEAM, "name": "B", "member_ids": [someone["id"]]}),
        Operation("team-detail", "GET", team),
        Operation("team-detail", "PUT", team, TEAM),
        Operation("team-detail", "DELETE", team),
        Operation("invitation-list", "GET", "/users/invitations"),
        Operation("invitation-list", "POST", "/users/invitations", INVITATION),
        Operation("invitation-detail", "GET", f"/users/invitations/{invited[0]}"),
        Operation("invitation-detail", "DELETE", f"/users/invitations/{invited[0]}"),
        Operation("invitation-resend", "POST", f"/users/invitations/{invited[0]}/resend"),
    ]


def session_operations() -> list[Operation]:
    passwords = {"current_password": PASSWORD, "password": "otra-clave-9", "password_confirmation": "otra-clave-9"}
    login = {"email": "admin@alfa.example.com", "password": PASSWORD}
    return [
        Operation("login", "POST", "/auth/login", login, public=True),
        Operation("register", "POST", "/auth/register", REGISTRATION, public=True),
        Operation("logout", "POST", "/auth/logout"),
        Operation("me", "GET", "/auth/me"),
        Operation("password", "PUT", "/auth/password", passwords),
    ]
