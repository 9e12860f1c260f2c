"""People through /admin/ and through the API: the same rows and audit entries, the same refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core.actions import snapshot
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.tenancy.models import AccessToken, LoginIndex

# What two rows differ in that went through the same.
OWN = {"id", "name", "email", "search", "created_at", "sent_at", "expires_at", "revoked_at", "last_login", "password"}
Told = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


def since(mark: int) -> tuple[Told, set[str]]:
    """What the audit tells since an entry, without what is each row's own; and through which doors."""
    entries = list(AuditEntry.objects.filter(pk__gt=mark).order_by("pk"))
    told = [
        (entry.action, entry.object_type, {name: both for name, both in entry.changes.items() if name not in OWN})
        for entry in entries
    ]
    return told, {entry.via for entry in entries}


def told_by(door: Callable[[], Any]) -> tuple[Told, set[str]]:
    mark = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    door()
    return since(mark)


def same(by_api: Callable[[], Any], by_admin: Callable[[], Any]) -> None:
    """Both doors write the same entries, each in its own name."""
    api_told, api_doors = told_by(by_api)
    admin_told, admin_doors = told_by(by_admin)
    assert api_told == admin_told
    assert api_told
    assert (api_doors, admin_doors) == ({"api"}, {"admin"})


def state(row: Any) -> dict[str, Any]:
    row.refresh_from_db()
    return {name: value for name, value in snapshot(row).items() if name not in OWN}


def ok(answer: Any) -> None:
    status = getattr(answer, "status_code", None) or answer.status
    assert status in (200, 201, 302), getattr(answer, "content", answer)


def test_users_are_changed(api: Api, admin: Browser, alfa: TestTenant) -> None:
    team = api.post("/teams", {"name": "Norte"}).data["id"]
    left, right = (User.objects.get(pk=alfa.users[role]) for role in ("sales", "viewer"))
    User.objects.filter(pk=right.pk).update(role="sales")
    change = {"role": "manager", "team_id": team, "language": "en"}
    page = f"/admin/accounts/user/{right.pk}/change/"
    same(
        lambda: ok(api.patch(f"/users/{left.pk}", change)),
        lambda: ok(admin.fill(page, role="manager", team=team, language="en")),
    )
    assert state(left) == state(right)
    logins = LoginIndex.objects.filter(pk__in=(left.pk, right.pk)).values_list("role", flat=True)
    assert list(logins) == ["manager", "manager"]


def test_users_are_barred_and_let_in_again(api: Api, admin: Browser, alfa: TestTenant) -> None:
    left, right = (User.objects.get(pk=alfa.users[role]) for role in ("sales", "viewer"))
    place = f"/admin/accounts/user/{right.pk}/do"
    for step in ("deactivate", "reactivate"):
        same(
            lambda step=step: ok(api.post(f"/users/{left.pk}/{step}")),  # type: ignore[misc]
            lambda step=step: ok(admin.fill(f"{place}/{step}/")),  # type: ignore[misc]
        )
        logins = list(LoginIndex.objects.filter(pk__in=(left.pk, right.pk)).values_list("is_active", flat=True))
        assert logins == [step == "reactivate"] * 2
    assert Api(alfa.tokens["viewer"]).get("/contacts").status == 401


def test_the_last_administrator_stays_by_both_doors(api: Api, admin: Browser, alfa: TestTenant) -> None:
    me = alfa.users["admin"]
    with untouched():
        refused = api.patch(f"/users/{me}", {"role": "sales"})
        page = admin.fill(f"/admin/accounts/user/{me}/change/", role="sales")
        assert (refused.status, page.status_code) == (422, 200)
        shown = page.context["adminform"].form.errors["role"][0]
        assert shown.startswith(refused.errors["role"][0])
        barred = api.post(f"/users/{me}/deactivate")
        page = admin.fill(f"/admin/accounts/user/{me}/do/deactivate/")
        assert barred.json["message"] in page.content.decode()


def test_teams(api: Api, admin: Browser, alfa: TestTenant) -> None:
    members = [alfa.users["sales"], alfa.users["viewer"]]
    made = told_by(lambda: ok(api.post("/teams", {"name": "Norte", "member_ids": members[:1]})))
    joined = told_by(lambda: ok(admin.fill("/admin/accounts/team/add/", name="Sur", member_ids=members[1:])))
    assert [action for action, _kind, _changes in made[0]] == ["team.created", "user.team_changed"]
    assert [action for action, _kind, _changes in joined[0]] == ["team.created", "user.team_changed"]
    left, right = Team.objects.get(name="Norte"), Team.objects.get(name="Sur")
    assert [team.members.count() for team in (left, right)] == [1, 1]
    with untouched():
        refused = api.post("/teams", {"name": "norte"})
        page = admin.fill("/admin/accounts/team/add/", name="norte")
        assert refused.errors["name"] == page.context["adminform"].form.errors["name"]
    ok(api.delete(f"/teams/{left.pk}"))
    ok(admin.fill(f"/admin/accounts/team/{right.pk}/delete/"))
    assert not Team.objects.exists()
    assert not User.objects.filter(team__isnull=False).exists()


def test_invitations(api: Api, admin: Browser, alfa: TestTenant) -> None:
    same(
        lambda: ok(api.post("/users/invitations", {"email": "una@nueva.mx", "role": "manager", "name": "Una"})),
        lambda: ok(admin.fill("/admin/accounts/invitation/add/", email="otra@nueva.mx", role="manager", name="Otra")),
    )
    left, right = Invitation.objects.order_by("pk")
    assert state(left) == state(right)
    with untouched():
        refused = api.post("/users/invitations", {"email": "otra@nueva.mx"})
        page = admin.fill("/admin/accounts/invitation/add/", email="otra@nueva.mx")
        assert page.context["adminform"].form.errors["email"][0].startswith(refused.errors["email"][0])
    place = f"/admin/accounts/invitation/{right.pk}/do"
    same(
        lambda: ok(api.post(f"/users/invitations/{left.pk}/resend")),
        lambda: ok(admin.fill(f"{place}/resend/")),
    )
    same(
        lambda: ok(api.delete(f"/users/invitations/{left.pk}")),
        lambda: ok(admin.fill(f"{place}/revoke/")),
    )
    assert admin.get(f"{place}/revoke/").status_code == 404


def test_tokens_of_this_tenant_are_revoked_and_no_others_seen(
    api: Api, admin: Browser, alfa: TestTenant, beta: TestTenant
) -> None:
    theirs, strangers = (int(tenant.tokens["sales"].partition("|")[0]) for tenant in (alfa, beta))
    page = "/admin/tenancy/accesstoken"
    shown = admin.get(f"{page}/").content.decode()
    assert "sales@alfa.example.com" in shown
    assert "beta.example.com" not in shown
    with unbound():
        digest = AccessToken.objects.get(pk=theirs).secret_hash
    assert digest not in admin.get(f"{page}/{theirs}/change/").content.decode()
    with untouched():
        for path in ("change/", "history/", "do/revoke/"):
            assert admin.get(f"{page}/{strangers}/{path}").status_code in (302, 404)
        assert admin.post(f"{page}/{strangers}/do/revoke/").status_code == 404
    told, doors = told_by(lambda: ok(admin.fill(f"{page}/{theirs}/do/revoke/")))
    assert ([action for action, _kind, _changes in told], doors) == (["token.revoked"], {"admin"})
    assert Api(alfa.tokens["sales"]).get("/contacts").status == 401
    assert Api(beta.tokens["sales"]).get("/contacts").status == 200
