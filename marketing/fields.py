"""The fields that a segment's conditions may name (marketing.conditions says how they are compared)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.lifecycle import lifecycle_stages
from crm.models import Activity, DealContact
from leadercrm.core.currencies import DEFAULT_CURRENCY
from leadercrm.core.database import connection
from leadercrm.core.text import phone_digits
from marketing.comparing import (
    EQUALITY,
    MOMENTS,
    NULLS,
    NUMBERS,
    TEXTS,
    Test,
    Value,
    moment_test,
    text_test,
    value_test,
    with_opposites,
)
from marketing.conditions import Field
from marketing.fields_custom import CUSTOM_OPERATORS, custom_test, like, raw
from marketing.models import ConsentStatus, ContactConsent, ErasedAddress, MailEvent, MailEventKind, Suppression

COMPANY, ACTIVITY = ("crm.company",), ("crm.activity",)
DEALS = ("crm.deal", "crm.stage", "crm.pipeline")
CONSENT, SUPPRESSION, MAILS = ("marketing.contactconsent",), ("marketing.suppression",), ("marketing.campaign",)
CUSTOM = "custom_fields."
MOST_OF_A_KEY = 100
FIRST_HASH = """encode(sha256(convert_to(lower("crm_contact"."emails" -> 0 ->> 'email'), 'UTF8')), 'hex')"""
FIRST_EMAIL = '("crm_contact"."emails" -> 0 ->> \'email\')'


def _text(label: Any, path: str, touches: tuple[str, ...] = ()) -> Field:
    return Field(label, "text", text_test(path), TEXTS, touches=touches)


def _email(operator: str, value: Value) -> Q:
    """On all of a contact's addresses: the index on match keys answers for a whole one."""
    some = 'EXISTS (SELECT 1 FROM unnest("crm_contact"."match_keys") AS k WHERE k LIKE %s)'
    plain = {
        "=": lambda: Q(match_keys__contains=[f"e:{value.lower()}"]),
        "contains": lambda: raw(some, f"e:%{like(value.lower())}%"),
        "starts_with": lambda: raw(some, f"e:{like(value.lower())}%"),
        "in": lambda: Q(match_keys__overlap=[f"e:{each.lower()}" for each in value]),
        "is_null": lambda: Q(emails=[]),
    }
    return with_opposites(plain, operator)


def _phone(operator: str, value: Value) -> Q:
    some = 'EXISTS (SELECT 1 FROM unnest("crm_contact"."match_keys") AS k WHERE k LIKE %s)'
    plain = {
        "=": lambda: Q(match_keys__contains=[f"p:{phone_digits(value)}"]),
        "contains": lambda: raw(some, f"p:%{like(''.join(filter(str.isdigit, value)) or value)}%"),
        "is_null": lambda: Q(phones=[]),
    }
    return with_opposites(plain, operator)


def _participations(**condition: Any) -> QuerySet[Any]:
    """The deals that a contact takes part in."""
    rows = DealContact.objects.filter(contact_id=OuterRef("pk"), deal__deleted_at__isnull=True, **condition)
    return rows.order_by().values("contact_id")


def _won_in_own_currency() -> QuerySet[Any]:
    """Amounts in other currencies are not added up."""
    settings = getattr(connection.tenant, "settings", None) or {}
    return _participations(deal__stage__type="won", deal__currency=settings.get("currency", DEFAULT_CURRENCY))


def _has_open_deal(operator: str, value: Value) -> Q:
    has = Q(Exists(_participations(deal__stage__type="open")))
    return has if value == (operator == "=") else ~has


def _counted(rows: Callable[[], QuerySet[Any]], total: Any) -> Test:
    """On a figure over a contact's rows, 0 where there are none."""

    def test(operator: str, value: Value) -> Q:
        holds_without = {"=": value == 0, "!=": value != 0, ">": value < 0, ">=": value <= 0, "<": value > 0,
                         "<=": value >= 0}[operator]  # fmt: skip
        compared = {"=": "exact", "!=": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}[operator]
        figures = rows().annotate(figure=total)
        found = figures.filter(**{f"figure__{compared}": value})
        if operator == "!=":
            found = figures.exclude(figure=value)
        q = Q(Exists(found))
        return q | ~Q(Exists(rows())) if holds_without else q

    return test


FIGURES = (*EQUALITY, ">", ">=", "<", "<=")


def _latest(rows: Callable[[], QuerySet[Any]], column: str) -> Test:
    """On the latest moment of a contact's rows."""

    def test(operator: str, value: Value) -> Q:
        if operator in NULLS:
            there = Q(Exists(rows()))
            return ~there if operator == "is_null" else there
        negated = operator == "!="
        q = Q(
            Exists(
                rows().annotate(latest=Max(column)).filter(moment_test("latest")("=" if negated else operator, value))
            )
        )
        return ~q if negated else q

    return test


def _activities() -> QuerySet[Any]:
    """A contact's signs of life; the index on (contact, active_at) answers by itself."""
    return Activity.objects.filter(contact_id=OuterRef("pk"), active_at__isnull=False).order_by().values("contact_id")


def _inactive(operator: str, value: Value) -> Q:
    """No activity for so many days, counted back from now. Contacts without any activity have none for ever."""
    since = timezone.now() - timedelta(days=int(value))
    seen = Q(Exists(Activity.objects.filter(contact_id=OuterRef("pk"), active_at__gte=since)))
    return ~seen if operator in (">", ">=") else seen


def _mails(kind: str) -> Callable[[], QuerySet[Any]]:
    return lambda: (
        MailEvent.objects.filter(recipient__contact_id=OuterRef("pk"), kind=kind, is_robot=False)
        .order_by()
        .values("recipient__contact_id")
    )


def _consent(operator: str, value: Value) -> Q:
    """Who has no row has said nothing."""
    wanted = value if isinstance(value, list) else [value]
    said = Q(Exists(ContactConsent.objects.filter(contact_id=OuterRef("pk"), status__in=wanted)))
    if ConsentStatus.UNKNOWN in wanted:
        said |= ~Q(Exists(ContactConsent.objects.filter(contact_id=OuterRef("pk"))))
    return ~said if operator in ("!=", "not_in") else said


def _marked(column: str) -> Test:
    def test(operator: str, value: Value) -> Q:
        marked = Q(Exists(ContactConsent.objects.filter(contact_id=OuterRef("pk"), **{column: True})))
        return marked if value == (operator == "=") else ~marked

    return test


def _suppressed(operator: str, value: Value) -> Q:
    listed = Q(Exists(Suppression.objects.filter(email=RawSQL(FIRST_EMAIL, ()))))  # noqa: S611 - a constant
    listed |= Q(Exists(ErasedAddress.objects.filter(hash=RawSQL(FIRST_HASH, ()))))  # noqa: S611
    return listed if value == (operator == "=") else ~listed


FIELDS: dict[str, Field] = {
    "first_name": _text(_("First name"), "first_name"),
    "last_name": _text(_("Last name"), "last_name"),
    "email": Field(_("E-mail"), "text", _email, TEXTS),
    "phone": Field(_("Phone"), "text", _phone, (*EQUALITY, "contains", "not_contains", *NULLS)),
    "job_title": _text(_("Job title"), "job_title"),
    "lifecycle_stage": Field(
        _("Stage"), "choice", value_test("lifecycle_stage"), (*EQUALITY, "in", "not_in"), lifecycle_stages
    ),
    "lead_score": Field(_("Score"), "number", value_test("lead_score"), (*FIGURES, "in", "not_in")),
    "owner_id": Field(_("Owner"), "id", value_test("owner_id"), (*EQUALITY, "in", "not_in", *NULLS)),
    "source": _text(_("Origin"), "source"),
    "city": _text(_("City"), "city"),
    "country": _text(_("Country"), "country"),
    "created_at": Field(_("Added"), "moment", moment_test("created_at"), MOMENTS),
    "updated_at": Field(_("Changed"), "moment", moment_test("updated_at"), MOMENTS),
    "company_id": Field(_("Company"), "id", value_test("company_id"), (*EQUALITY, "in", "not_in", *NULLS)),
    "company_name": _text(_("Company's name"), "company__name", COMPANY),
    "company_industry": _text(_("Company's industry"), "company__industry", COMPANY),
    "company_employee_range": _text(_("Company's employees"), "company__employee_range", COMPANY),
    "company_annual_revenue": Field(
        _("Company's annual revenue"), "number", value_test("company__annual_revenue"), NUMBERS, touches=COMPANY
    ),
    "has_open_deal": Field(_("Has an open deal"), "flag", _has_open_deal, EQUALITY, touches=DEALS),
    "won_deals_count": Field(
        _("Deals won"), "number", _counted(lambda: _participations(deal__stage__type="won"), Count("pk")), FIGURES,
        touches=DEALS,
    ),
    "won_amount": Field(
        _("Amount won"), "number", _counted(_won_in_own_currency, Sum("deal__amount")),
        FIGURES, touches=DEALS,
    ),
    "last_won_at": Field(
        _("Last deal won"), "moment",
        _latest(lambda: _participations(deal__stage__type="won", deal__closed_at__isnull=False), "deal__closed_at"),
        MOMENTS, touches=DEALS,
    ),
    "last_activity_at": Field(
        _("Last activity"), "moment", _latest(_activities, "active_at"), MOMENTS, touches=ACTIVITY
    ),
    "days_without_activity": Field(
        _("Days without activity"), "days", _inactive, (">", ">=", "<", "<="), touches=ACTIVITY
    ),
    "consent": Field(
        _("Consent to advertising"), "choice", _consent, (*EQUALITY, "in", "not_in"),
        lambda: tuple(ConsentStatus.values), CONSENT,
    ),
    "do_not_contact": Field(_("Not to be contacted"), "flag", _marked("do_not_contact"), EQUALITY, touches=CONSENT),
    "repep": Field(_("In the REPEP"), "flag", _marked("repep"), EQUALITY, touches=CONSENT),
    "suppressed": Field(_("Address suppressed"), "flag", _suppressed, EQUALITY, touches=SUPPRESSION),
    "last_opened_at": Field(
        _("Last campaign opened"), "moment", _latest(_mails(MailEventKind.OPENED), "created_at"), MOMENTS,
        touches=MAILS,
    ),
    "last_clicked_at": Field(
        _("Last click in a campaign"), "moment", _latest(_mails(MailEventKind.CLICKED), "created_at"), MOMENTS,
        touches=MAILS,
    ),
}  # fmt: skip


def field_of(name: str) -> Field | None:
    """The field of that name; `custom_fields.rfc` is a custom one. None when there is none."""
    if name in FIELDS:
        return FIELDS[name]
    key = name.removeprefix(CUSTOM)
    if not name.startswith(CUSTOM) or not 0 < len(key) <= MOST_OF_A_KEY or "\x00" in key:
        return None
    return Field(key, "custom", custom_test(key), CUSTOM_OPERATORS)
