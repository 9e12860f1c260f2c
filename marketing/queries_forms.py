"""What the API and the pages read of forms and of what was sent by them."""

from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import Param, Timestamp
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import BOOLEAN, FREE_OBJECT, INTEGER, TEXT, list_of, nullable, one_of, record
from marketing.models import Assignment, FieldKind, Form, FormSubmission, SubmissionStatus

FIELD = record(
    {
        "key": TEXT,
        "label": TEXT,
        "kind": one_of(FieldKind.values),
        "required": BOOLEAN,
        "choices": list_of(TEXT),
        "maps_to": nullable(TEXT),
    },
    "FormField",
)
FORM_COLUMNS: dict[str, Any] = {
    "id": "id",
    "name": "name",
    "api_key": "api_key",
    "is_active": "is_active",
    "title": "title",
    "intro": "intro",
    "fields": "fields",
    "source": "source",
    "assignment": "assignment",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "assignee_ids": "assignee_ids",
    "names_owner": "names_owner",
    "consent_text": "consent_text",
    "consent_version": "consent_version",
    "consent_required": "consent_required",
    "double_opt_in": "double_opt_in",
    "thanks_text": "thanks_text",
    "redirect_url": "redirect_url",
    "min_seconds": "min_seconds",
    "submissions_count": "submissions_count",
    "spam_count": "spam_count",
    "last_submitted_at": Timestamp("last_submitted_at"),
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
FORMS = JsonRows(
    Form.objects.all,
    FORM_COLUMNS,
    owned=False,
    types={"fields": list_of(FIELD), "assignment": one_of(Assignment.values), "assignee_ids": list_of(INTEGER)},
)
DELETED_FORMS = JsonRows(
    lambda: Form.with_deleted.filter(deleted_at__isnull=False), FORM_COLUMNS, owned=False, living=False
)


class SubmissionRows(JsonRows):
    """Submissions belong to who looks after them now: the contact's owner. One of a machine's is nobody's."""

    def _visibility(self, scope: Scope, user_id: object) -> Q:
        return owned_by_scope(scope, user_id, "contact__owner_id")


def _submissions() -> QuerySet[FormSubmission]:
    return FormSubmission.objects.all()


SUBMISSIONS = SubmissionRows(
    _submissions,
    {
        "id": "id",
        "form_id": "form_id",
        "form_name": "form__name",
        "status": "status",
        "suspicion": "suspicion",
        "contact_id": "contact_id",
        "made_contact": "made_contact",
        "assigned_to_id": "assigned_to_id",
        "assigned_to": "assigned_to__name",
        "name": "name",
        "email": "email",
        "phone": "phone",
        "payload": "payload",
        "origin": "origin",
        "consented": "consented",
        "consent_text": "consent_text",
        "consent_version": "consent_version",
        "confirmed_at": Timestamp("confirmed_at"),
        "ip": "ip",
        "created_at": Timestamp("created_at"),
    },
    living=False,
    types={"status": one_of(SubmissionStatus.values), "payload": FREE_OBJECT, "origin": FREE_OBJECT},
)


def submissions_page(form: Form, narrowing: Narrowing, actor: Actor, *, limit: int, offset: int) -> Page:
    """A page of what was sent by a form, the latest first; what machines sent as well."""
    return SUBMISSIONS.page(
        actor,
        limit=limit,
        offset=offset,
        values={"form": form.pk, **narrowing.values},
        key=("form", *narrowing.key),
        narrow=lambda rows: narrowing.apply(_of_form(rows)),
        # Who owns a contact is no part of this resource's version.
        cacheable=False,
    )


def _of_form(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(form_id=Param("form", BigIntegerField()))
