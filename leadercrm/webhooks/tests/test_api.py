"""Webhooks over HTTP: who may have them, what they take, what is kept of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.api.tests.operations import WEBHOOK
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.webhooks.models import Webhook


def made(api: Api, **values: Any) -> int:
    return int(api.post("/webhooks", {**WEBHOOK, **values}).data["id"])


def test_a_secret_is_told_once_and_kept_sealed(api: Api) -> None:
    answer = api.post("/webhooks", WEBHOOK)
    secret = answer.json["meta"]["secret"]
    assert (answer.status, secret.startswith("whsec_")) == (201, True)
    webhook = Webhook.objects.get()
    assert secret not in str(vars(webhook))
    assert "secret" not in str(api.get(f"/webhooks/{webhook.pk}").json)
    entry = AuditEntry.objects.get(action="webhook.created")
    assert "sealed" not in entry.changes
    assert entry.changes["url"][1] == WEBHOOK["url"]


def test_it_is_changed_and_removed(api: Api) -> None:
    path = f"/webhooks/{made(api)}"
    assert api.put(path, {"events": ["quote.sent", "deal.*", "deal.*"]}).data["events"] == ["deal.*", "quote.sent"]
    assert api.put(path, {"is_active": False}).data["is_active"] is False
    refused = api.post(f"{path}/test")
    assert (refused.json["code"], set(refused.errors)) == ("webhook_inactive", {"is_active"})
    assert api.put(path, {"is_active": True}).status == 200
    assert api.post(f"{path}/rotate-secret").json["meta"]["secret"].startswith("whsec_")
    assert api.delete(path).status == 200
    assert (api.get(path).status, api.get("/webhooks").json["meta"]["total"]) == (404, 0)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/x", "https://169.254.169.254/",
        "https://user:pass@example.com/", "https://example.com/#x", "ftp://example.com", "https://", "x",
        "https://a b/",        "https://[::ffff:10.0.0.1]/", "https://example.com:0/", "https://example.com:99999/", "https://\u00e1.mx/",
    ],
)  # fmt: skip
def test_only_addresses_of_public_hosts(api: Api, url: str) -> None:
    with untouched():
        assert "url" in api.post("/webhooks", {**WEBHOOK, "url": url}).errors


@pytest.mark.parametrize("event", ["", "quote", "quote.", "*.sent", "quote.*.x", "QUOTE.sent"])
def test_only_events_that_there_are(api: Api, event: str) -> None:
    with untouched():
        assert api.post("/webhooks", {**WEBHOOK, "events": [event]}).status == 422


def test_an_account_has_so_many(api: Api) -> None:
    for _number in range(20):
        made(api)
    with untouched():
        answer = api.post("/webhooks", WEBHOOK)
        assert (answer.json["code"], set(answer.errors)) == ("too_many", {"url"})


def test_administrators_alone_have_them(api: Api, manager: Api, sales: Api, viewer: Api) -> None:
    path = f"/webhooks/{made(api)}"
    with untouched():
        for who in (manager, sales, viewer):
            assert [who.get("/webhooks").status, who.get(path).status, who.post("/webhooks", WEBHOOK).status] == [
                403
            ] * 3
            assert [who.put(path, {}).status, who.delete(path).status, who.post(f"{path}/test").status] == [403] * 3


def test_another_tenant_has_its_own(api: Api, stranger: Api) -> None:
    path = f"/webhooks/{made(api)}"
    assert stranger.get("/webhooks").data == []
    assert [stranger.get(path).status, stranger.delete(path).status] == [404, 404]


def test_messages_are_listed_and_sent_again(api: Api) -> None:
    path = f"/webhooks/{made(api)}"
    delivery = api.post(f"{path}/test").data
    assert api.get(f"{path}/deliveries").data == [delivery]
    again = api.post(f"{path}/deliveries/{delivery['id']}/resend").data
    assert (again["message_id"], again["attempts"], again["state"]) == (delivery["message_id"], 0, "waiting")
    other = f"/webhooks/{made(api)}"
    assert api.post(f"{other}/deliveries/{delivery['id']}/resend").status == 404


def test_only_the_last_week_is_replayed(api: Api) -> None:
    path = f"/webhooks/{made(api)}/replay"
    with untouched():
        for since in (timezone.now() - timedelta(days=8), timezone.now() + timedelta(hours=1)):
            assert "since" in api.post(path, {"since": since.isoformat()}).errors
    since = timezone.now() - timedelta(days=1)
    assert api.post(path, {"since": since.isoformat()}).status == 200
    assert Webhook.objects.get().position_at == since


def test_statements_do_not_grow_with_rows(api: Api) -> None:
    path = f"/webhooks/{made(api)}"
    api.post(f"{path}/test")
    api.get(f"{path}/deliveries", per_page=100)
    one = statements_of(lambda: api.get(f"{path}/deliveries", per_page=100))
    for _number in range(20):
        api.post(f"{path}/test")
    assert len(statements_of(lambda: api.get(f"{path}/deliveries", per_page=100))) == len(one)
