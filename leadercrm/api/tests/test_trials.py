"""`?dry_run=true`: every write can be tried, and nothing of it is left."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from leadercrm.api.tests.account_operations import REGISTRATION
from leadercrm.api.tests.crm_operations import CONTACT
from leadercrm.api.tests.operations import operations
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

READING = ("GET",)


def stored() -> list[Path]:
    """The files of the storage: portraits, pictures of products."""
    return sorted(Path(settings.STORAGE_DIR).rglob("*.*"))


def test_every_write_can_be_tried(api: Api) -> None:
    """With a body that is accepted: the answer and the effects are told, and every table is as it was."""
    writes = [each for each in operations(api) if each.method not in READING and not each.public]
    assert len(writes) > 60
    files = stored()
    with untouched():
        for write in writes:
            answer = api.call(write.method, f"{write.path}?dry_run=true", write.body)
            assert (answer.status, answer.json["dry_run"]) == (200, True), write
            assert isinstance(answer.json["effects"], list)
    assert stored() == files


def test_control_carried_out_a_write_is_seen(api: Api) -> None:
    with pytest.raises(AssertionError, match="crm_contact"), untouched():
        api.post("/contacts", CONTACT)


def test_a_trial_tells_what_would_be_changed_and_sent(api: Api) -> None:
    contact = api.post("/contacts", {**CONTACT, "emails": [{"email": "ana@empresa.mx"}]}).data["id"]
    line = {"description": "A", "quantity": 2, "unit_price": 50}
    quote = api.post("/quotes", {"contact_id": contact, "title": "A", "items": [line]}).data
    with untouched():
        answer = api.post(f"/quotes/{quote['id']}/send?dry_run=true")
    assert answer.data["status"] == "sent"
    change = next(each for each in answer.json["effects"] if each["action"] == "quote.sent")
    assert (change["type"], change["id"], change["changes"]["status"]) == ("quote", quote["id"], ["draft", "sent"])
    assert [each["type"] for each in answer.json["effects"] if each["effect"] == "work"][0] == "quote"


def test_a_trial_is_refused_as_the_write_would_be(api: Api, viewer: Api) -> None:
    with untouched():
        assert "first_name" in api.post("/contacts?dry_run=true", {}).errors
        assert viewer.post("/contacts?dry_run=true", CONTACT).status == 403
        assert api.put("/contacts/999999?dry_run=true", {}).status == 404


@pytest.mark.parametrize("value", ["maybe", "", "2"])
def test_what_is_neither_true_nor_false_is_refused(api: Api, value: str) -> None:
    with untouched():
        assert "dry_run" in api.post(f"/contacts?dry_run={value}", CONTACT).errors
    assert api.post("/contacts?dry_run=false", CONTACT).status == 201


def test_what_is_public_is_not_carried_out_by_mistake(anonymous: Api) -> None:
    with untouched():
        refused = anonymous.post("/auth/register?dry_run=true", REGISTRATION)
    assert (refused.status, refused.json["code"]) == (422, "not_triable")


def test_a_key_is_free_after_a_trial(api: Api) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "k"}}
    with untouched():
        assert api.post("/contacts?dry_run=true", CONTACT, **key).status == 200
    assert api.post("/contacts", CONTACT, **key).status == 201


def test_another_tenant_hears_nothing_of_a_trial(api: Api, beta: TestTenant, stranger: Api) -> None:
    api.post("/contacts?dry_run=true", CONTACT)
    assert stranger.get("/contacts").data == []
