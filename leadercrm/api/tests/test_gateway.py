"""The way in: JSON everywhere, error bodies, languages, headers, and that every route has its tests."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from leadercrm.api.handler import Application
from leadercrm.api.tests.operations import operations
from leadercrm.core.database import connection
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound

SPANISH = "Este campo es requerido."
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
# Routes that are no resources, and where their tests are.
NAMED_TESTS = {
    "changes": "leadercrm.webhooks.tests.test_feed",
    **dict.fromkeys(
        ("webhook-list", "webhook-detail", "webhook-deliveries", "webhook-test", "webhook-resend", "webhook-replay"),
        "leadercrm.webhooks.tests.test_api",
    ),
    "webhook-rotate-secret": "leadercrm.webhooks.tests.test_api",
    "bulk": "leadercrm.api.tests.test_bulk",
    "contact-upsert": "crm.tests.test_upserting",
    "segment-contacts": "marketing.tests.test_segments_api",
    **dict.fromkeys(("form-submissions", "form-rotate-key", "form-embed"), "marketing.tests.test_forms_api"),
    **dict.fromkeys(("submission-accept", "submission-spam"), "marketing.tests.test_sorting"),
    "form-submit": "marketing.tests.test_submitting",
    "segment-fields": "marketing.tests.test_segments_api",
    "segment-preview": "marketing.tests.test_segments_api",
    "segment-why": "marketing.tests.test_segments_api",
    **dict.fromkeys(("campaign-picture-list", "campaign-picture-detail"), "marketing.tests.test_pictures_api"),
    "campaign-settings": "marketing.tests.test_frequency_cap",
    **dict.fromkeys(("mail-reports", "mail-hook"), "marketing.tests.test_reports_api"),
    "contact-consent": "marketing.tests.test_consents_api",
    "suppression-list": "marketing.tests.test_consents_api",
    "suppression-detail": "marketing.tests.test_consents_api",
    "suppression-import": "marketing.tests.test_consents_api",
    "campaign-duplicate": "marketing.tests.test_campaigns_api",
    "campaign-checks": "marketing.tests.test_campaigns_api",
    "campaign-preview": "marketing.tests.test_campaigns_api",
    "campaign-recipients": "marketing.tests.test_campaigns_api",
    "campaign-report": "marketing.tests.test_campaigns_api",
    "campaign-test": "marketing.tests.test_campaigns_api",
    "campaign-send": "marketing.tests.test_campaigns_api",
    "campaign-pause": "marketing.tests.test_campaigns_api",
    "campaign-resume": "marketing.tests.test_campaigns_api",
    "campaign-cancel": "marketing.tests.test_campaigns_api",
    "campaign-unschedule": "marketing.tests.test_campaigns_api",
    "login": "leadercrm.accounts.tests.test_sessions",
    "register": "leadercrm.accounts.tests.test_registration",
    "logout": "leadercrm.accounts.tests.test_sessions",
    "me": "leadercrm.accounts.tests.test_sessions",
    "password": "leadercrm.accounts.tests.test_sessions",
    "forgot-password": "leadercrm.accounts.tests.test_reset",
    "reset-password": "leadercrm.accounts.tests.test_reset",
    "accept-invitation": "leadercrm.accounts.tests.test_invitations",
    "invitation-list": "leadercrm.accounts.tests.test_invitations",
    "invitation-detail": "leadercrm.accounts.tests.test_invitations",
    "invitation-resend": "leadercrm.accounts.tests.test_invitations",
    "token-list": "leadercrm.accounts.tests.test_tokens",
    "token-detail": "leadercrm.accounts.tests.test_tokens",
    "user-list": "leadercrm.accounts.tests.test_users",
    "user-detail": "leadercrm.accounts.tests.test_users",
    "user-avatar": "leadercrm.accounts.tests.test_avatars",
    "user-deactivate": "leadercrm.accounts.tests.test_users",
    "user-reactivate": "leadercrm.accounts.tests.test_users",
    "notification-list": "leadercrm.notifications.tests.test_api",
    "notification-read": "leadercrm.notifications.tests.test_api",
    "notification-read-all": "leadercrm.notifications.tests.test_api",
    "notification-preferences": "leadercrm.notifications.tests.test_api",
    **dict.fromkeys(("changeset-list", "changeset-detail", "changeset-undo"), "leadercrm.agents.tests.test_journal"),
    **dict.fromkeys(("approval-list", "approval-detail", "token-policy"), "leadercrm.agents.tests.test_approvals"),
    "contact-score": "crm.tests.test_score",
    "contact-restore": "crm.tests.test_bin",
    "company-restore": "crm.tests.test_bin",
    "deal-restore": "crm.tests.test_deals_api",
    "deal-move-stage": "crm.tests.test_stage_moves",
    "deal-stage-history": "crm.tests.test_stage_moves",
    "pipeline-list": "crm.tests.test_pipelines_api",
    "pipeline-detail": "crm.tests.test_pipelines_api",
    "stage-list": "crm.tests.test_pipelines_api",
    "stage-order": "crm.tests.test_pipelines_api",
    "stage-detail": "crm.tests.test_pipelines_api",
    "activity-complete": "crm.tests.test_activities_api",
    "activity-restore": "crm.tests.test_activities_api",
    "contact-duplicates": "crm.tests.test_duplicates",
    "contact-merge": "crm.tests.test_merging",
    "contact-unmerge": "crm.tests.test_merging",
    "dashboard-stats": "leadercrm.dashboard.tests.test_stats",
    "quote-send": "billing.tests.test_states",
    "quote-approve": "billing.tests.test_states",
    "quote-reject": "billing.tests.test_states",
    "quote-revise": "billing.tests.test_quotes_api",
    "quote-convert-to-invoice": "billing.tests.test_quotes_api",
    "quote-convert-to-contract": "billing.tests.test_quotes_api",
    "invoice-send": "billing.tests.test_states",
    **dict.fromkeys(
        ("quote-mail-arrived", "invoice-mail-arrived", "contract-mail-arrived", "payment-mail-arrived"),
        "billing.tests.test_mail_trouble",
    ),
    "payment-send-receipt": "billing.tests.test_mail_trouble",
    "invoice-ageing": "billing.tests.test_accounts_api",
    "contact-statement": "billing.tests.test_accounts_api",
    **dict.fromkeys(("quote-pdf", "invoice-pdf", "contract-pdf", "payment-pdf"), "billing.tests.test_pdf_api"),
    **dict.fromkeys(("contact-statement-pdf", "company-statement-pdf"), "billing.tests.test_pdf_api"),
    **dict.fromkeys(("quote-link", "invoice-link", "contract-link"), "billing.tests.test_public_links"),
    "company-statement": "billing.tests.test_accounts_api",
    "contract-send": "billing.tests.test_states",
    "contract-sign": "billing.tests.test_contracts_api",
    **dict.fromkeys(("billing-branding", "billing-logo"), "billing.tests.test_branding_api"),
    "billing-settings": "billing.tests.test_terms_api",
    **dict.fromkeys(("product-images", "product-image"), "billing.tests.test_product_images_api"),
    **dict.fromkeys(("event-rsvp", "event-check-in", "event-check-in-by-code"), "events.tests.test_attendees_api"),
    "event-invite": "events.tests.test_inviting",
    **dict.fromkeys(("event-link", "calendar-feed", "calendar-feed-all"), "events.tests.test_links"),
    "event-restore": "events.tests.test_events_api",
    **dict.fromkeys(("event-attendance", "attendee-qr"), "events.tests.test_files"),
    "postal-code": "leadercrm.postal.tests.test_postal_api",
    "openapi": "leadercrm.api.tests.test_openapi",
}


def names_under(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= names_under(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(entry.name)
    return found


def api_routes() -> set[str]:
    return {
        name
        for entry in get_resolver().url_patterns
        if isinstance(entry, URLResolver) and str(entry.pattern).startswith("api/")
        for name in names_under(entry)
    }


def cases(case: type[ResourceCase] = ResourceCase) -> set[type[ResourceCase]]:
    return {case} | {deeper for sub in case.__subclasses__() for deeper in cases(sub)}


def test_every_route_has_its_tests() -> None:
    for module in ("contacts", "companies", "notes", "deals", "activities"):
        __import__(f"crm.tests.test_{module}_api")
    for module in ("products", "quotes", "invoices", "payments", "contracts", "recurring"):
        __import__(f"billing.tests.test_{module}_api")
    for module in ("segments", "campaigns", "forms"):
        __import__(f"marketing.tests.test_{module}_api")
    for module in ("events", "attendees"):
        __import__(f"events.tests.test_{module}_api")
    __import__("leadercrm.accounts.tests.test_teams")
    for module in NAMED_TESTS.values():
        __import__(module)
    tested = {name for case in cases() - {ResourceCase} for name in case.routes} | set(NAMED_TESTS)
    assert api_routes() == tested


def test_operations_name_every_route(api: Api) -> None:
    assert {operation.route for operation in operations(api)} == api_routes()


def test_unauthenticated_is_always_the_same(api: Api, anonymous: Api) -> None:
    known = operations(api)
    with untouched():
        for operation in known:
            if not operation.public:
                answer = anonymous.call(operation.method, operation.path, operation.body)
                assert answer.status == 401
                assert answer.json["message"] == "Unauthenticated."
                assert set(answer.json) == {"message", "code", "hint", "request_id"}
                assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_token_for_reading_may_not_write(api: Api, alfa: TestTenant) -> None:
    """Whatever there is to write, and whether the row is there or the body is right, it is refused alike."""
    known = operations(api)
    token = api.post("/auth/tokens", {"name": "A", "abilities": ["read"]}).data["token"]
    reader = Api(token)
    answers = set()
    with untouched():
        for operation in known:
            if operation.public:
                continue
            for body in (operation.body, {}):
                answer = reader.call(operation.method, operation.path, body)
                if operation.method == "GET":
                    assert answer.status == 200, operation
                else:
                    answers.add((answer.status, answer.json["code"], answer.json["message"]))
        assert reader.call("DELETE", "/contacts/999999").status == 403
    assert answers == {(403, "read_only_token", "Este token solo puede leer.")}


def test_errors_have_the_contract_s_shape(api: Api, viewer: Api) -> None:
    missing, invalid = api.get("/contacts/999999"), api.post("/contacts", {})
    forbidden, wrong_method = viewer.post("/contacts", {"first_name": "A"}), api.delete("/contacts")
    assert [answer.status for answer in (missing, invalid, forbidden, wrong_method)] == [404, 422, 403, 405]
    assert set(missing.json) == {"message", "code", "request_id"}
    assert set(invalid.json) == {"message", "errors", "code", "request_id"}
    assert set(forbidden.json) == {"message", "code", "hint", "request_id"}
    assert wrong_method.headers["Allow"] == "GET, POST, HEAD" or "POST" in wrong_method.headers["Allow"]
    ids = {answer.json["request_id"] for answer in (missing, invalid, forbidden, wrong_method)}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *((language, SPANISH) for language in (None, "", "es", "es-MX", "fr,de", "xx-invalid;q=9")),
        *((language, "This field is required.") for language in ("en", "en-US,en;q=0.8")),
    ],
)
def test_spanish_unless_english_is_asked_for(api: Api, language: str | None, text: str) -> None:
    headers = {} if language is None else {"Accept-Language": language}
    assert api.post("/contacts", {}, headers=headers).errors == {"first_name": [text]}
    assert api.post("/contacts", {}).errors == {"first_name": [SPANISH]}


def test_language_of_a_page_before_is_forgotten(api: Api) -> None:
    page = Client().get("/admin/login/", headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == translation.get_language() == "en"
    assert api.post("/contacts", {}).errors == {"first_name": [SPANISH]}


def test_posts_without_body_or_type_work(api: Api) -> None:
    answer = api.call("POST", "/auth/logout")
    assert (answer.status, answer.json) == (200, {"message": "Logged out successfully."})


def test_every_answer_has_the_safe_headers(api: Api, anonymous: Api) -> None:
    for answer in (api.get("/contacts"), anonymous.get("/contacts"), api.get("/nothing"), api.post("/contacts", {})):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Content-Length"] == str(len(answer.response.content))


def test_formats_of_what_comes_out(api: Api) -> None:
    """G-18, G-19, G-21."""
    company = api.post("/companies", {"name": "A", "annual_revenue": "450000.00"}).data
    assert company["annual_revenue"] == 450000
    assert type(company["annual_revenue"]) is int
    for row in (company, api.post("/contacts", {"first_name": "A", "company_id": company["id"]}).data):
        assert TIMESTAMP.fullmatch(row["created_at"])
        assert TIMESTAMP.fullmatch(row["updated_at"])
        assert all(type(row[name]) is int for name in row if name.endswith("id") and name != "tax_id")


def test_tenant_is_the_token_s_alone(api: Api, alfa: Any, beta: Any) -> None:
    """G-07."""
    api.post("/contacts", {"first_name": "Ours"})
    for headers in ({"X-Tenant": str(beta.row.pk)}, {"X-Schema": beta.row.schema_name}, {"Host": "beta.example.com"}):
        assert api.call("GET", "/contacts", headers=headers).data[0]["first_name"] == "Ours"
    made = api.post("/contacts", {"first_name": "B", "tenant_id": beta.row.pk, "schema_name": beta.row.schema_name})
    assert api.get(f"/contacts/{made.data['id']}").status == 200


def test_refused_credential_leaves_nobody_in_a_schema(alfa: Any, anonymous: Api) -> None:
    """The look-up sets the search_path; an unbound statement afterwards must not see the tenant."""
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    number = alfa.tokens["admin"].partition("|")[0]
    assert Api(f"{number}|{'a' * 42}").get("/contacts").status == 401
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('crm_contact')")
        assert cursor.fetchone() == (None,)


def test_token_costs_one_statement(api: Api) -> None:
    api.get("/auth/me")
    assert len(statements_of(lambda: api.get("/auth/me"))) == 2


def test_body_in_chunks_is_read(alfa: TestTenant) -> None:
    """A client that does not know the length beforehand sends none; the server takes the chunks apart."""
    body = b'{"first_name": "Ana"}'
    environ = RequestFactory().post("/api/v1/contacts", content_type="application/json").environ
    environ |= {
        "HTTP_AUTHORIZATION": f"Bearer {alfa.tokens['admin']}",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(body),
    }
    statuses: list[str] = []
    with unbound():
        answer = b"".join(Application()(environ, lambda status, headers: statuses.append(status)))
    assert statuses == ["201 Created"], answer
    assert b'"first_name":"Ana"' in answer
