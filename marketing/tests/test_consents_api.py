"""Consents and suppressed addresses over HTTP."""

import pytest

from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, visiting
from marketing.actions.silence import suppress
from marketing.models import Suppression
from marketing.queries import suppressed_among


def test_consent_is_noted_with_its_time_and_its_past(api: Api) -> None:
    contact = api.post("/contacts", {"first_name": "Ana"}).data["id"]
    place = f"/contacts/{contact}/consent"
    assert api.get(place).data["status"] == "unknown"
    granted = api.put(place, {"status": "granted", "source": "Feria", "text": "Acepto", "text_version": "1"}).data
    assert granted["decided_at"] is not None
    with untouched():
        assert api.put(place, {"status": "granted"}).data == granted
        assert list(api.put(place, {"status": "maybe"}).errors) == ["status"]
    withdrawn = api.put(place, {"status": "withdrawn", "do_not_contact": True}).data
    assert (withdrawn["do_not_contact"], withdrawn["text"]) == (True, "Acepto")
    last = AuditEntry.objects.filter(object_type="marketing.contactconsent").order_by("-pk").first()
    assert last is not None
    assert last.changes["status"] == ["granted", "withdrawn"]
    assert api.get("/contacts/999999/consent").status == 404


def test_an_address_is_listed_once_and_let_in_again(api: Api) -> None:
    made = api.post("/suppressions", {"email": "ANA@uno.mx", "detail": "por teléfono"})
    assert (made.status, made.data["email"], made.data["reason"]) == (201, "ana@uno.mx", "manual")
    with untouched():
        again = api.post("/suppressions", {"email": "ana@UNO.mx"})
        assert again.data["id"] == made.data["id"], again
        assert api.post("/suppressions", {"email": "nobody"}).status == 422
    assert suppressed_among(["Ana@uno.mx", "eva@uno.mx"]) == {"ana@uno.mx"}
    assert [row["email"] for row in api.get("/suppressions", search="ana").data] == ["ana@uno.mx"]
    assert api.delete(f"/suppressions/{made.data['id']}").status == 200
    assert not Suppression.objects.exists()


def test_whoever_unsubscribed_comes_back_with_a_reason_alone(api: Api, alfa: TestTenant) -> None:
    suppress("ana@uno.mx", "unsubscribed", actor=alfa.actor())
    row = Suppression.objects.get()
    with untouched():
        assert list(api.delete(f"/suppressions/{row.pk}").errors) == ["reason"]
    assert api.call("DELETE", f"/suppressions/{row.pk}", {"reason": "lo pidió por escrito"}).status == 200


def test_a_list_is_imported_once(api: Api) -> None:
    emails = [f"persona{number}@uno.mx" for number in range(200)]
    assert api.post("/suppressions/import", {"emails": [*emails, "PERSONA1@uno.mx"]}).data == {"added": 200}
    assert api.post("/suppressions/import", {"emails": [*emails, "otra@uno.mx"]}).data == {"added": 1}
    assert api.get("/suppressions").json["meta"]["total"] == 201
    with untouched():
        wrong = api.post("/suppressions/import", {"emails": ["ana@uno.mx", "nobody"]})
    assert list(wrong.errors) == ["emails.1"]


@pytest.mark.parametrize("role", ["sales", "viewer"])
def test_only_those_who_may_suppress(alfa: TestTenant, role: str) -> None:
    api = Api(alfa.tokens[role])
    with untouched():
        assert api.post("/suppressions", {"email": "ana@uno.mx"}).status == 403
        assert api.post("/suppressions/import", {"emails": ["ana@uno.mx"]}).status == 403
    assert api.get("/suppressions").status == 200


def test_a_tenant_does_not_see_anothers(api: Api, beta: TestTenant) -> None:
    with visiting(beta):
        suppress("ana@uno.mx", reason="manual", actor=beta.actor())
    assert api.get("/suppressions").data == []
