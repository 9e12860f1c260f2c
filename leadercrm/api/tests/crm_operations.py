"""The operations of sales as a client calls them, on rows that are made for it."""

from typing import Any

from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.doors import Api

CONTACT: dict[str, Any] = {
    "first_name": "A", "last_name": "B", "emails": [], "phones": [], "job_title": "C", "company_id": None,
    "lifecycle_stage": "lead", "owner_id": None, "source": "D", "city": "E", "country": "F", "custom_fields": {},
}  # fmt: skip
COMPANY: dict[str, Any] = {
    "name": "A", "domain": "B", "industry": "C", "employee_range": "D", "annual_revenue": 1, "tax_id": "E",
    "phone": "F", "email": "g@h.mx", "owner_id": None,
}  # fmt: skip
DEAL: dict[str, Any] = {
    "name": "A", "pipeline_id": 1, "stage_id": 1, "amount": 1, "currency": "MXN", "probability": 1,
    "expected_close_date": "2025-06-30", "contact_ids": [], "owner_id": None, "company_id": None, "lost_reason": None,
}  # fmt: skip
STAGE: dict[str, Any] = {
    "name": "A", "type": "open", "color": "#6B7280", "default_probability": 1, "rotten_after_days": None,
}  # fmt: skip
PIPELINE: dict[str, Any] = {
    "name": "A", "is_default": False, "stages": [STAGE, {**STAGE, "type": "won"}, {**STAGE, "type": "lost"}],
}  # fmt: skip
NOTE = {"body": "A", "is_pinned": False}
ACTIVITY: dict[str, Any] = {
    "subject": "A", "type": "task", "status": "pending", "priority": "high", "due_at": "2025-04-16T14:00:00Z",
    "activitable_type": None, "activitable_id": None, "notes": "B", "user_id": None,
}  # fmt: skip


def crm_operations(api: Api) -> list[Operation]:
    twin = made(api, "/contacts", CONTACT)
    return [
        *contact_operations(api, twin),
        *activity_operations(api, twin),
        *company_operations(api),
        *deal_operations(api),
        *pipeline_operations(api),
    ]


def made(api: Api, place: str, body: dict[str, Any]) -> int:
    return int(api.post(place, body).data["id"])


def deleted(api: Api, place: str, body: dict[str, Any]) -> str:
    """The address of a row that is in the bin."""
    path = f"{place}/{made(api, place, body)}"
    api.delete(path)
    return path


def contact_operations(api: Api, twin: int) -> list[Operation]:
    """Of a contact that another one was merged into, and its note."""
    contact, binned = f"/contacts/{made(api, '/contacts', CONTACT)}", deleted(api, "/contacts", CONTACT)
    api.post(f"{contact}/merge", {"contact_id": made(api, "/contacts", CONTACT)})
    note = f"{contact}/notes/{made(api, f'{contact}/notes', NOTE)}"
    return [
        Operation("contact-upsert", "PUT", "/contacts/upsert", {**CONTACT, "emails": [{"email": "upsert@empresa.mx"}]}),
        Operation("contact-list", "GET", "/contacts"),
        Operation("contact-list", "POST", "/contacts", CONTACT),
        Operation("contact-detail", "GET", contact),
        Operation("contact-detail", "PUT", contact, CONTACT),
        Operation("contact-detail", "DELETE", contact),
        Operation("contact-duplicates", "GET", "/contacts/duplicates"),
        Operation("contact-merge", "POST", f"{contact}/merge", {"contact_id": twin, "fields": {"city": "loser"}}),
        Operation("contact-unmerge", "POST", f"{contact}/merge/undo", {"merge_id": None}),
        Operation("contact-score", "GET", f"{contact}/score"),
        Operation("contact-restore", "POST", f"{binned}/restore"),
        Operation("note-list", "GET", f"{contact}/notes"),
        Operation("note-list", "POST", f"{contact}/notes", NOTE),
        Operation("note-detail", "PUT", note, NOTE),
        Operation("note-detail", "DELETE", note),
    ]


def activity_operations(api: Api, contact: int) -> list[Operation]:
    target = {"activitable_type": r"App\Models\Contact", "activitable_id": str(contact)}
    activity, binned = f"/activities/{made(api, '/activities', ACTIVITY)}", deleted(api, "/activities", ACTIVITY)
    return [
        Operation("activity-list", "GET", "/activities"),
        Operation("activity-list", "POST", "/activities", {**ACTIVITY, **target}),
        Operation("activity-detail", "GET", activity),
        Operation("activity-detail", "PUT", activity, {**ACTIVITY, **target}),
        Operation("activity-detail", "DELETE", activity),
        Operation("activity-complete", "POST", f"{activity}/complete"),
        Operation("activity-restore", "POST", f"{binned}/restore"),
    ]


def company_operations(api: Api) -> list[Operation]:
    """Of a company that another one was merged into."""
    company, binned = f"/companies/{made(api, '/companies', COMPANY)}", deleted(api, "/companies", COMPANY)
    api.post(f"{company}/merge", {"company_id": made(api, "/companies", COMPANY)})
    firm = made(api, "/companies", COMPANY)
    return [
        Operation("company-duplicates", "GET", "/companies/duplicates"),
        Operation("company-merge", "POST", f"{company}/merge", {"company_id": firm, "fields": {"name": "loser"}}),
        Operation("company-unmerge", "POST", f"{company}/merge/undo", {"merge_id": None}),
        Operation("company-restore", "POST", f"{binned}/restore"),
        Operation("company-list", "GET", "/companies"),
        Operation("company-list", "POST", "/companies", COMPANY),
        Operation("company-detail", "GET", company),
        Operation("company-detail", "PUT", company, COMPANY),
        Operation("company-detail", "DELETE", company),
    ]


def deal_operations(api: Api) -> list[Operation]:
    deal, binned = f"/deals/{made(api, '/deals', DEAL)}", deleted(api, "/deals", DEAL)
    return [
        Operation("deal-list", "GET", "/deals"),
        Operation("deal-list", "POST", "/deals", DEAL),
        Operation("deal-detail", "GET", deal),
        Operation("deal-detail", "PUT", deal, DEAL),
        Operation("deal-move-stage", "POST", f"{deal}/move-stage", {"stage_id": 2, "lost_reason": None}),
        Operation("deal-stage-history", "GET", f"{deal}/stage-history"),
        Operation("deal-detail", "DELETE", deal),
        Operation("deal-restore", "POST", f"{binned}/restore"),
    ]


def pipeline_operations(api: Api) -> list[Operation]:
    """Of a pipeline, and of a stage that was added to it."""
    pipeline = api.post("/pipelines", PIPELINE).data
    path = f"/pipelines/{pipeline['id']}"
    stages = f"{path}/stages"
    added = api.post(stages, STAGE).data["stages"][-1]["id"]
    order = {"stage_ids": [stage["id"] for stage in pipeline["stages"]] + [added]}
    return [
        Operation("pipeline-list", "GET", "/pipelines"),
        Operation("pipeline-list", "POST", "/pipelines", PIPELINE),
        Operation("stage-list", "POST", stages, STAGE),
        Operation("stage-order", "PUT", f"{stages}/order", order),
        Operation("stage-detail", "PUT", f"{stages}/{added}", STAGE),
        Operation("stage-detail", "DELETE", f"{stages}/{added}"),
        Operation("pipeline-detail", "GET", path),
        Operation("pipeline-detail", "PUT", path, {"name": "B", "is_default": False}),
        Operation("pipeline-detail", "DELETE", path),
    ]
