"""What the API and the pages read: the JSON rows of each resource, and look-ups for the actions."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce

from crm.lifecycle import LIFECYCLE_STAGES
from crm.models import Company, Contact, Note
from leadercrm.core.actor import Actor, Scope
from leadercrm.core.api.columns import FirstOf, JoinedName, Number, Param, Slot, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import EMAIL, FREE_OBJECT, TEXT, Shape, list_of, open_set, record
from leadercrm.core.api.statements import KeptQuery, Statement
from leadercrm.core.living import LivingModel


def in_bin(
    model: type[LivingModel],
    columns: Mapping[str, Any],
    owner: str = "owner_id",
    types: Mapping[str, Shape] | None = None,
) -> JsonRows:
    """The rows of a resource that are in the bin, latest first."""
    return JsonRows(
        lambda: model.with_deleted.filter(deleted_at__isnull=False),
        {**columns, "deleted_at": Timestamp("deleted_at")},
        order=("-deleted_at", "-id"),
        owner=owner,
        living=False,
        types=types,
    )


CONTACT_COLUMNS = {
    "id": "id",
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": JoinedName("first_name", "last_name"),
    "emails": "emails",
    "phones": "phones",
    "primary_email": FirstOf("emails", "email"),
    "primary_phone": FirstOf("phones", "phone"),
    "job_title": "job_title",
    "company_id": "company_id",
    "company_name": "company__name",
    "lifecycle_stage": "lifecycle_stage",
    "lead_score": "lead_score",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "source": "source",
    "city": "city",
    "country": "country",
    "custom_fields": "custom_fields",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
CONTACT_TYPES = {
    "emails": list_of(record({"email": EMAIL, "type?": TEXT})),
    "phones": list_of(record({"phone": TEXT, "type?": TEXT})),
    "lifecycle_stage": open_set(LIFECYCLE_STAGES),
    "custom_fields": FREE_OBJECT,
}
CONTACTS = JsonRows(Contact.objects.all, CONTACT_COLUMNS, types=CONTACT_TYPES)
DELETED_CONTACTS = in_bin(Contact, CONTACT_COLUMNS, types=CONTACT_TYPES)


def _contacts_count() -> Coalesce:
    """Living contacts of a company."""
    contacts = Contact.objects.filter(company_id=OuterRef("pk")).order_by()
    counted = contacts.values("company_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


COMPANY_COLUMNS = {
    "id": "id",
    "name": "name",
    "domain": "domain",
    "industry": "industry",
    "employee_range": "employee_range",
    "annual_revenue": Number("annual_revenue"),
    "phone": "phone",
    "email": "email",
    "tax_id": "tax_id",
    "contacts_count": _contacts_count(),
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
COMPANIES = JsonRows(Company.objects.all, COMPANY_COLUMNS)
DELETED_COMPANIES = in_bin(Company, COMPANY_COLUMNS)

NOTE_COLUMNS = {
    "id": "id",
    "contact_id": "contact_id",
    "body": "body",
    "is_pinned": "is_pinned",
    "user_id": "user_id",
    "user_name": F("user__name"),
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
NOTES = JsonRows(Note.objects.all, NOTE_COLUMNS, order=("-is_pinned", "-id"), owned=False)


def notes_of(contact: Contact, actor: Actor, most: int = 50) -> list[dict[str, Any]]:
    """A contact's notes as the API has them, pinned ones first."""
    page = NOTES.page(actor, limit=most, offset=0, values={"contact": contact.pk}, key=("contact",), narrow=of_contact)
    rows: list[dict[str, Any]] = json.loads(page.rows)
    return rows


def of_contact(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the contact in the parameter `contact`."""
    return rows.filter(contact_id=Param("contact", BigIntegerField()))


def likely_duplicates(row: Contact | Company, actor: Actor, most: int = 10) -> list[int]:
    """Ids of rows that the actor sees and that share a match key with this one, oldest first."""
    if not row.match_keys:
        return []
    model = type(row)
    found = [pk for (pk,) in _same_keys[model](keys=row.match_keys, pk=row.pk)]
    if actor.read_scope != Scope.ALL:
        rows = CONTACTS if model is Contact else COMPANIES
        found = list(rows.visible(actor).filter(pk__in=found).values_list("pk", flat=True))
    return sorted(found)[:most]


def active_user_exists(user_id: int) -> bool:
    return bool(_active_user(pk=user_id))


def company_exists(company_id: int) -> bool:
    """Whether a living company has this id. It cannot be deleted before the running transaction ends."""
    return LIVING_COMPANY.fetch({"pk": company_id}) is not None


def living_companies(ids: Iterable[int]) -> set[int]:
    """Those of the ids that are living companies'. None of them can go before the running transaction ends."""
    return {pk for (pk,) in LIVING_COMPANIES.fetch_all({"pks": sorted(ids)})}


def _active_users() -> QuerySet[Any, tuple[Any, ...]]:
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    return users.filter(pk=Param("pk", BigIntegerField()), is_active=True).values_list("pk")


_active_user = KeptQuery(_active_users)
# The lock that a foreign key's check takes: all who refer to a company share it, who deletes one waits for it.
LIVING_COMPANY = Statement(
    "SELECT 1 FROM crm_company WHERE id = %s AND deleted_at IS NULL FOR KEY SHARE", (Slot("pk"),), True
)
LIVING_COMPANIES = Statement(
    "SELECT id FROM crm_company WHERE id = ANY(%s) AND deleted_at IS NULL ORDER BY id FOR KEY SHARE",
    (Slot("pks"),),
    True,
)


# Unordered: in the order of the primary key PostgreSQL would walk all rows until it had enough.
def _with_same_keys(model: type[Contact | Company]) -> KeptQuery:
    same = Param("keys", ArrayField(TextField()))
    other = ~Q(pk=Param("pk", BigIntegerField()))
    return KeptQuery(lambda: model.objects.filter(other, match_keys__overlap=same).values_list("pk")[:1000])


_same_keys = {model: _with_same_keys(model) for model in (Contact, Company)}
