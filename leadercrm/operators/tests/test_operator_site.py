"""/operator/: who gets in, what is seen, what is done and what is recorded of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.actions.contacts import create_contact
from crm.models import Contact
from leadercrm.accounts.models import User
from leadercrm.backoffice.tests.test_admin_crawl import crawl
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from leadercrm.operators.models import Operator, OperatorAudit, OperatorSession, Visit
from leadercrm.operators.tests.conftest import EMAIL, SECRET
from leadercrm.operators.usage import usage_of
from leadercrm.tenancy.credentials import secret_hash
from leadercrm.tenancy.models import AccessToken, Tenant

REASON = "Ticket 1234: the import went wrong"


def enter(browser: Browser, tenant: TestTenant, reason: str = REASON) -> str:
    """Begin a visit; where it leads."""
    answer = browser.fill(f"/operator/tenancy/tenant/{tenant.row.pk}/do/enter/", reason=reason)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"])


def test_operator_sees_every_page_and_no_secret(operator: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    with visiting(beta):
        create_contact({"first_name": "Geheim"}, actor=beta.actor())
    enter(operator, beta)
    hashes = [row.secret_hash for model in (AccessToken, Visit, OperatorSession) for row in model.objects.all()]
    pages = 0
    for path, status, text in crawl(operator, "/operator/"):
        assert status in (200, 302), (path, status)
        assert "Geheim" not in text, path
        assert "argon2" not in text, path
        assert not [value for value in hashes if value in text], path
        pages += 1
    assert pages > 40


@pytest.mark.parametrize("role", ["admin", "manager", "sales", "viewer"])
def test_tenants_users_do_not_get_in(alfa: TestTenant, role: str) -> None:
    browser = Browser()
    browser.log_in(f"{role}@alfa.example.com")
    assert browser.log_in(f"{role}@alfa.example.com", site="/operator/").status_code == 200
    # Nor with the other site's cookie under this site's name.
    browser.client.cookies["leadercrm_operator"] = browser.client.cookies["leadercrm_session"].value
    for path in ("/operator/", "/operator/tenancy/tenant/", "/operator/nothing/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/operator/login/")


def test_operators_cookie_opens_no_tenant(operator: Browser) -> None:
    text = operator.client.cookies["leadercrm_operator"].value
    for name in ("leadercrm_session", "leadercrm_visit"):
        operator.client.cookies[name] = text
    assert operator.get("/admin/").status_code == 302
    assert Api(text).get("/contacts").status == 401


def test_visit_needs_a_reason(operator: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    place = f"/operator/tenancy/tenant/{beta.row.pk}/do/enter/"
    for reason in ("", "short", "         x"):
        operator.get(place)
        with visiting(beta), untouched():
            assert operator.post(place, {"reason": reason}).status_code == 200
    assert "leadercrm_visit" not in operator.client.cookies


def test_visit_is_written_to_the_tenants_audit_and_shown(operator: Browser, olga: Operator, beta: TestTenant) -> None:
    assert enter(operator, beta) == "/admin/"
    with visiting(beta):
        entry = AuditEntry.objects.latest("id")
        assert (entry.action, entry.actor_kind, entry.user_id) == ("operator.entered", "operator", None)
        assert (entry.label, entry.changes["reason"]) == (f"{EMAIL}: {REASON}", [None, REASON])
    assert OperatorAudit.objects.latest("id").tenant_id == beta.row.pk
    page = operator.get("/admin/").content.decode()
    assert EMAIL in page
    assert REASON in page


def test_what_a_visitor_writes_is_the_operators(operator: Browser, beta: TestTenant) -> None:
    enter(operator, beta)
    answer = operator.fill("/admin/crm/contact/add/", first_name="Visited")
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    with visiting(beta):
        contact = Contact.objects.get(first_name="Visited")
        entry = AuditEntry.objects.filter(action="contact.created", object_id=contact.pk).get()
        assert (entry.actor_kind, entry.via, entry.user_id, entry.label) == (
            "operator", "admin", None, f"{EMAIL}: {REASON}",
        )  # fmt: skip


@pytest.mark.parametrize("ending", ["leave", "time", "log out", "deactivated"])
def test_visit_ends(operator: Browser, olga: Operator, beta: TestTenant, ending: str) -> None:
    enter(operator, beta)
    assert operator.get("/admin/").status_code == 200
    kept = operator.client.cookies["leadercrm_visit"].value
    if ending == "leave":
        assert operator.post("/admin/logout/")["Location"] == "/operator/"
    elif ending == "time":
        Visit.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif ending == "log out":
        operator.get("/operator/")
        operator.post("/operator/logout/")
    else:
        Operator.objects.update(is_active=False)
    operator.client.cookies["leadercrm_visit"] = kept
    assert operator.get("/admin/").status_code == 302
    assert operator.get("/operator/").status_code == (200 if ending in ("leave", "time") else 302)


def test_visit_is_no_operators_session(operator: Browser, beta: TestTenant) -> None:
    enter(operator, beta)
    operator.client.cookies["leadercrm_operator"] = operator.client.cookies["leadercrm_visit"].value
    assert operator.get("/operator/").status_code == 302


def test_suspending_shuts_out_and_resuming_lets_in(operator: Browser, beta: TestTenant) -> None:
    place = f"/operator/tenancy/tenant/{beta.row.pk}/do"
    user, api = Browser(), Api(beta.tokens["admin"])
    user.log_in("admin@beta.example.com")
    assert (user.get("/admin/").status_code, api.get("/contacts").status) == (200, 200)
    assert operator.fill(f"{place}/suspend/", reason="they have not paid").status_code == 302
    assert (user.get("/admin/").status_code, api.get("/contacts").status) == (302, 401)
    assert operator.get(f"{place}/suspend/").status_code == 404
    assert operator.fill(f"{place}/resume/").status_code == 302
    assert (user.get("/admin/").status_code, api.get("/contacts").status) == (200, 200)
    actions = OperatorAudit.objects.filter(tenant_id=beta.row.pk).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["tenant.suspended", "tenant.resumed"]


def test_new_account(operator: Browser, alfa: TestTenant) -> None:
    values = {"name": "Gamma", "admin_name": "Gaby", "admin_email": "gaby@gamma.example.com"}
    answer = operator.fill("/operator/tenancy/tenant/add/", **values)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    tenant = Tenant.objects.get(name="Gamma")
    assert usage_of([tenant])[tenant.pk].users == 1
    assert not AccessToken.objects.filter(login__tenant=tenant, revoked_at__isnull=True).exists()
    assert OperatorAudit.objects.filter(action="tenant.created", object_id=tenant.pk).exists()
    with untouched():
        refused = operator.fill("/operator/tenancy/tenant/add/", **values)
    assert "already has an account" in refused.content.decode() or "ya tiene una cuenta" in refused.content.decode()


def test_revoked_token_is_no_longer_good(operator: Browser, beta: TestTenant) -> None:
    token = AccessToken.objects.get(pk=int(beta.tokens["admin"].partition("|")[0]))
    assert operator.fill(f"/operator/tenancy/accesstoken/{token.pk}/do/revoke/").status_code == 302
    assert Api(beta.tokens["admin"]).get("/contacts").status == 401
    entry = OperatorAudit.objects.latest("id")
    assert (entry.action, entry.tenant_id) == ("token.revoked", beta.row.pk)
    assert token.secret_hash not in str(entry.changes)


def test_usage_takes_as_many_statements_for_many_accounts(alfa: TestTenant) -> None:
    create_contact({"first_name": "A"}, actor=alfa.actor())
    with unbound():
        one, all_ = [alfa.row], list(Tenant.objects.all())
        assert len(all_) > 1
        assert len(statements_of(lambda: usage_of(one))) == len(statements_of(lambda: usage_of(all_)))
        usage = usage_of(all_)[alfa.row.pk]
    assert (usage.users, usage.rows["crm.contact"]) == (4, 1)
    assert usage.size > 100_000


def test_secret_is_kept_as_a_hash(operator: Browser, olga: Operator) -> None:
    number, _bar, secret = operator.client.cookies["leadercrm_operator"].value.partition("|")
    assert OperatorSession.objects.get(pk=number).secret_hash == secret_hash(secret)
    assert olga.password.startswith("argon2")


@pytest.mark.limits
def test_logins_are_limited(olga: Operator) -> None:
    browser = Browser(REMOTE_ADDR="203.0.113.77")
    for _attempt in range(10):
        browser.log_in(EMAIL, "wrong", "/operator/")
    answer = browser.log_in(EMAIL, SECRET, "/operator/")
    assert answer.status_code == 200
    assert not OperatorSession.objects.exists()


def test_actions_of_operators_refuse_everybody_else(alfa: TestTenant, beta: TestTenant) -> None:
    from leadercrm.core.errors import Forbidden
    from leadercrm.operators.actions.tenants import suspend_tenant
    from leadercrm.operators.visits import visiting_actor

    visit = Visit(operator=Operator(email=EMAIL), tenant=beta.row, reason=REASON)
    visitor = visiting_actor(visit, ip="", request_id="")
    for actor in (alfa.actor("admin"), visitor):
        with untouched(), pytest.raises(Forbidden):
            suspend_tenant(beta.row, reason=REASON, actor=actor)
    assert User.objects.count() == 4
