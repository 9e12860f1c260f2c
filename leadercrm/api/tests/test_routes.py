"""That every route of the API has its tests."""

from django.urls import URLPattern, URLResolver, get_resolver

from leadercrm.api.tests.operations import operations
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.resource import ResourceCase

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
    **dict.fromkeys(("company-duplicates", "company-merge", "company-unmerge"), "crm.tests.test_merging_companies"),
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
