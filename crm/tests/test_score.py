"""The lead score: what it is made of, and that it follows the contact."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.models import Contact
from crm.scoring import STAGE_POINTS, contact_score, explain_score
from leadercrm.core.testing.doors import Api

MARIA: dict[str, Any] = {
    "first_name": "Maria",
    "last_name": "Garcia Lopez",
    "emails": [{"email": "mgarcia@ejemplo.mx"}],
    "phones": [{"phone": "+52 55 1234 5678", "type": "mobile"}],
    "job_title": "Directora Comercial",
    "source": "referral",
    "city": "Monterrey",
    "custom_fields": {"rfc": "GALM850101ABC"},
}


def points(api: Api, contact: int) -> dict[str, int]:
    answer = api.get(f"/contacts/{contact}/score")
    assert answer.status == 200, answer
    assert answer.data["contact_id"] == contact
    assert answer.data["computed_at"] == api.get(f"/contacts/{contact}").data["updated_at"]
    assert answer.data["score"] == api.get(f"/contacts/{contact}").data["lead_score"]
    assert all(rule["applies"] == (rule["points"] != 0) and rule["text"] for rule in answer.data["rules"])
    return {rule["code"]: rule["points"] for rule in answer.data["rules"]}


def test_score_says_why(api: Api) -> None:
    company = api.post("/companies", {"name": "Soluciones"}).data["id"]
    contact = api.post("/contacts", {**MARIA, "company_id": company}).data
    assert contact["lead_score"] == 45
    expected = {"email": 10, "phone": 10, "company": 5, "decision_maker": 10, "referral": 10, "stage": 0}
    assert points(api, contact["id"]) == expected


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({"emails": []}, 30),
        ({"phones": []}, 30),
        ({"job_title": "Gerente"}, 30),
        ({"job_title": None}, 30),
        ({"source": "website"}, 30),
        ({"lifecycle_stage": "customer"}, 70),
        ({"lifecycle_stage": "churned"}, 20),
        ({"city": "Mérida"}, 40),
    ],
)
def test_score_follows_its_inputs(api: Api, change: dict[str, Any], score: int) -> None:
    contact = api.post("/contacts", MARIA).data
    assert contact["lead_score"] == 40
    assert api.put(f"/contacts/{contact['id']}", change).data["lead_score"] == score
    points(api, contact["id"])


def test_score_cannot_be_set(api: Api) -> None:
    assert api.post("/contacts", {**MARIA, "lead_score": 99}).data["lead_score"] == 40


def test_score_is_as_visible_as_its_contact(api: Api, stranger: Api, viewer: Api) -> None:
    contact = api.post("/contacts", MARIA).data["id"]
    assert viewer.get(f"/contacts/{contact}/score").status == 200
    assert stranger.get(f"/contacts/{contact}/score").status == 404


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Contact,
        first_name=st.text(max_size=10),
        emails=st.sampled_from([[], [{"email": "a@b.mx"}]]),
        phones=st.sampled_from([[], [{"phone": "55 1234 5678"}], [{"phone": "?"}]]),
        company_id=st.none() | st.integers(1, 5),
        job_title=st.none()
        | st.sampled_from(["CEO", "Dueña", "socio, director", "Asistente del director"])
        | st.text(),
        source=st.none() | st.sampled_from(["Referral", "recomendación", "website"]) | st.text(),
        lifecycle_stage=st.sampled_from([*STAGE_POINTS, "lead", "other", "custom"]),
    )
)
def test_score_is_the_bounded_sum_of_its_rules(contact: Contact) -> None:
    contact.derive()
    total = sum(given for _, given in explain_score(contact))
    assert contact.lead_score == contact_score(contact) == max(0, min(100, total))


@pytest.mark.parametrize(
    ("title", "decides"),
    [
        ("Directora Comercial", True), ("CEO & Founder", True), ("Dueño", True), ("socia/fundadora", True),
        ("Director, Ventas", True), ("Gerente de Compras", False), ("Subdirector", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_titles_that_decide(title: str | None, decides: bool) -> None:
    given = {rule.code: points for rule, points in explain_score(Contact(first_name="A", job_title=title))}
    assert bool(given["decision_maker"]) is decides


def test_score_follows_the_company(api: Api) -> None:
    company = api.post("/companies", {"name": "Soluciones"}).data["id"]
    contact = api.post("/contacts", {**MARIA, "company_id": company}).data["id"]
    api.delete(f"/companies/{company}")
    assert points(api, contact)["company"] == 0
    api.post(f"/companies/{company}/restore")
    assert points(api, contact)["company"] == 5
