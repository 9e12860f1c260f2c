"""The operations of lead forms as a client calls them, on rows that are made for it."""

from typing import Any

from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.doors import Api

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
    return [
        Operation("form-list", "GET", "/forms"),
        Operation("form-list", "POST", "/forms", FORM),
        Operation("form-detail", "GET", row),
        Operation("form-detail", "PUT", row, FORM),
        Operation("form-submissions", "GET", f"{row}/submissions"),
        Operation("form-embed", "GET", f"{row}/embed"),
        Operation("form-submit", "POST", f"/api/forms/{made['api_key']}/submit", SENT, public=True),
        Operation("form-rotate-key", "POST", f"{row}/rotate-key"),
        Operation("form-detail", "DELETE", row),
    ]
