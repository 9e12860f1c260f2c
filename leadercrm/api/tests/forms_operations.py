"""The operations of lead forms as a client calls them, on rows that are made for it."""

from typing import Any

from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.doors import Api
from marketing.models import Form, FormSubmission, SubmissionStatus

FIELD = {"key": "email", "label": "A", "kind": "email", "required": True, "choices": [], "maps_to": "email"}
FORM: dict[str, Any] = {
    "name": "A", "is_active": True, "title": "B", "intro": "C", "fields": [FIELD], "source": "D",
    "assignment": "round_robin", "owner_id": None, "assignee_ids": [], "names_owner": True, "consent_text": "E",
    "consent_version": "1", "consent_required": False, "double_opt_in": False, "thanks_text": "F",
    "redirect_url": "https://a.mx/", "min_seconds": 2,
}  # fmt: skip
SENT = {
    "first_name": "A", "last_name": "B", "email": "c@d.mx", "phone": "55 1234 5678", "message": "E", "consent": True,
}  # fmt: skip


def forms_operations(api: Api) -> list[Operation]:
    """All of them; each can be carried out without another, and the form is deleted last."""
    made = api.post("/forms", FORM).data
    row = f"/forms/{made['id']}"
    accepted, spam = (_sent(made["id"], status) for status in SubmissionStatus)
    return [
        Operation("form-list", "GET", "/forms"),
        Operation("form-list", "POST", "/forms", FORM),
        Operation("form-detail", "GET", row),
        Operation("form-detail", "PUT", row, FORM),
        Operation("form-submissions", "GET", f"{row}/submissions"),
        Operation("submission-accept", "POST", f"{row}/submissions/{spam}/accept"),
        Operation("submission-spam", "POST", f"{row}/submissions/{accepted}/spam"),
        Operation("form-embed", "GET", f"{row}/embed"),
        Operation("form-submit", "POST", f"/api/forms/{made['api_key']}/submit", SENT, public=True),
        Operation("form-rotate-key", "POST", f"{row}/rotate-key"),
        Operation("form-detail", "DELETE", row),
    ]


def _sent(form_id: int, status: SubmissionStatus) -> int:
    sent = FormSubmission.objects.create(form_id=form_id, status=status, email="e@f.mx", payload={"email": "e@f.mx"})
    Form.objects.filter(pk=form_id).update(submissions_count=2, spam_count=1)
    return int(sent.pk)
