"""What forms took for a machine's and what they did not, judged by people; and forms that come out of the bin."""

from typing import Any

import pytest

from crm.models import Activity, Contact
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from marketing.models import ContactConsent, Form, FormSubmission

EVA = {"first_name": "Eva", "email": "eva@uno.mx", "message": "Hola", "utm_source": "google", "_homepage": "x"}


@pytest.fixture
def form(api: Api) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/forms", {"name": "Sitio", "consent_text": "Quiero correos"}).data
    return made


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def submit(form: dict[str, Any], body: Any) -> Answer:
    return Api().call("POST", f"/api/forms/{form['api_key']}/submit", body)


def counts(form: dict[str, Any]) -> tuple[int, int]:
    row = Form.with_deleted.get(pk=form["id"])
    return row.submissions_count, row.spam_count


def test_what_was_no_machines_becomes_a_contact_with_a_next_step(form: dict[str, Any], api: Api) -> None:
    sent = submit(form, {**EVA, "consent": True}).json["submission_id"]
    assert (Contact.objects.count(), counts(form)) == (0, (1, 1))
    answer = api.post(f"/forms/{form['id']}/submissions/{sent}/accept")
    contact = Contact.objects.get()
    assert answer.data == {"id": sent, "status": "accepted", "contact_id": contact.pk}
    assert (contact.full_name, contact.source, contact.owner_id is None) == ("Eva", "form", False)
    assert [note["body"] for note in api.get(f"/contacts/{contact.pk}/notes").data] == ["Hola"]
    assert Activity.objects.get().contact_id == contact.pk
    assert ContactConsent.objects.get().status == "granted"
    row = FormSubmission.objects.get()
    assert (row.suspicion, row.made_contact, row.assigned_to_id) == (None, True, contact.owner_id)
    assert (row.origin, counts(form)) == ({"utm_source": "google"}, (1, 0))
    assert AuditEntry.objects.filter(action="submission.accepted").count() == 1
    with untouched():
        again = api.post(f"/forms/{form['id']}/submissions/{sent}/accept")
    assert (again.status, list(again.errors)) == (422, ["status"])


def test_a_form_that_asks_for_other_things_by_now_takes_the_answers_as_they_were(
    form: dict[str, Any], api: Api
) -> None:
    sent = submit(form, {**EVA, "tema": "viejo"}).json["submission_id"]
    asked = {"label": "A", "choices": [], "required": True, "maps_to": None}
    fields = [
        {**asked, "key": "email", "kind": "email", "maps_to": "email"}, {**asked, "key": "rfc", "kind": "text"},
        {**asked, "key": "tema", "kind": "select", "choices": ["nuevo"]},
    ]  # fmt: skip
    assert api.put(f"/forms/{form['id']}", {"fields": fields}).status == 200
    assert api.post(f"/forms/{form['id']}/submissions/{sent}/accept").status == 200
    assert FormSubmission.objects.get().payload["tema"] == "viejo"


def test_what_was_taken_for_a_persons_is_marked_and_taken_back(form: dict[str, Any], api: Api) -> None:
    sent = submit(form, {**EVA, "_homepage": ""}).json["submission_id"]
    contact = Contact.objects.get()
    marked = api.post(f"/forms/{form['id']}/submissions/{sent}/spam").data
    assert (marked["status"], marked["contact_id"], counts(form)) == ("spam", contact.pk, (1, 1))
    assert FormSubmission.objects.get().suspicion == "by_hand"
    assert api.post(f"/forms/{form['id']}/submissions/{sent}/accept").data["status"] == "accepted"
    assert (Contact.objects.count(), Activity.objects.count(), counts(form)) == (1, 1, (1, 0))


def test_only_who_writes_forms_sorts_and_only_that_forms(form: dict[str, Any], api: Api, alfa: TestTenant) -> None:
    sent = submit(form, EVA).json["submission_id"]
    other = api.post("/forms", {"name": "Otro"}).data["id"]
    with untouched():
        assert api.post(f"/forms/{other}/submissions/{sent}/accept").status == 404
        assert api.post(f"/forms/{form['id']}/submissions/{2**63}/accept").status == 404
        for role in ("sales", "viewer"):
            assert Api(alfa.tokens[role]).post(f"/forms/{form['id']}/submissions/{sent}/accept").status == 403
    api.delete(f"/forms/{form['id']}")
    with untouched():
        assert api.post(f"/forms/{form['id']}/submissions/{sent}/accept").status == 404


def test_pages_sort_and_restore_with_a_way_back(form: dict[str, Any], browser: Browser) -> None:
    sent = submit(form, EVA).json["submission_id"]
    page = f"/forms/submissions/{sent}"
    assert f'action="{page}/accept"' in browser.get(page).content.decode()
    assert browser.post(f"{page}/accept").status_code == 303
    assert f'action="{page}/spam"' in browser.get(page).content.decode()
    assert browser.post(f"{page}/spam").status_code == 303
    assert FormSubmission.objects.get().status == "spam"
    assert browser.post(f"/forms/{form['id']}/delete").status_code == 303
    assert submit(form, EVA).status == 404
    browser.get(page)  # the toasts' own buttons
    assert "/accept" not in browser.get(page).content.decode()
    assert browser.post(f"/forms/{form['id']}/restore").status_code == 303
    assert submit(form, EVA).status == 201
