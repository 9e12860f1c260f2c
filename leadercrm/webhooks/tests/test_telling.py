"""From a change to the address that is told of it: signed, tried again, switched off, at least once."""

import socket
import time
from datetime import timedelta
from threading import Thread

import orjson
import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from leadercrm.api.tests.crm_operations import CONTACT
from leadercrm.api.tests.operations import WEBHOOK
from leadercrm.core import outbound
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel, met
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.webhooks import feed
from leadercrm.webhooks.actions import telling
from leadercrm.webhooks.models import Delivery, DeliveryState, Webhook
from leadercrm.webhooks.tests.conftest import Receiver


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MARGIN", timedelta(seconds=-1))
    monkeypatch.setattr(feed, "SETTLED", "SELECT clock_timestamp()")


def hooked(api: Api, receiver: Receiver, *events: str) -> tuple[int, str]:
    """A webhook's id and its secret."""
    answer = api.post("/webhooks", {**WEBHOOK, "url": receiver.url, "events": list(events) or ["contact.*"]})
    return int(answer.data["id"]), str(answer.json["meta"]["secret"])


def tell() -> int:
    telling.take_up_events()
    return telling.send_due(5)


def test_a_change_arrives_signed_with_old_and_new_values(api: Api, receiver: Receiver) -> None:
    contact = api.post("/contacts", CONTACT).data["id"]
    _webhook, secret = hooked(api, receiver, "contact.*")
    api.put(f"/contacts/{contact}", {"city": "Saltillo"})
    tell()
    [(headers, body)] = receiver.got
    told = Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert (told["type"], told["data"]["changes"]) == ("contact.changed", {"city": ["E", "Saltillo"]})
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status_code, delivery.attempts) == (DeliveryState.DELIVERED, 200, 1)
    assert (tell(), len(receiver.got)) == (0, 1)


def test_control_another_secret_does_not_verify(api: Api, receiver: Receiver) -> None:
    hooked(api, receiver)
    api.post("/contacts", CONTACT)
    tell()
    headers, body = receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify(body, {k.lower(): v for k, v in headers.items()})


def test_for_a_day_both_secrets_sign(api: Api, receiver: Receiver) -> None:
    webhook, old = hooked(api, receiver)
    new = api.post(f"/webhooks/{webhook}/rotate-secret").json["meta"]["secret"]
    api.post(f"/webhooks/{webhook}/test")
    tell()
    headers, body = receiver.got[0]
    for secret in (old, new):
        Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    Webhook.objects.update(before_until=timezone.now())
    api.post(f"/webhooks/{webhook}/test")
    tell()
    assert " " not in receiver.got[1][0]["webhook-signature"]


def test_only_the_events_that_are_wanted(api: Api, receiver: Receiver) -> None:
    hooked(api, receiver, "deal.*", "contact.deleted")
    contact = api.post("/contacts", CONTACT).data["id"]
    api.delete(f"/contacts/{contact}")
    tell()
    assert [orjson.loads(body)["type"] for _headers, body in receiver.got] == ["contact.deleted"]


def test_whatever_the_audit_records_is_told(api: Api, receiver: Receiver) -> None:
    hooked(api, receiver, "team.*", "pipeline.*")
    api.post("/teams", {"name": "Norte", "member_ids": []})
    tell()
    assert [orjson.loads(body)["type"] for _headers, body in receiver.got] == ["team.created"]


def test_what_fails_is_tried_again_later_under_the_same_id(api: Api, receiver: Receiver) -> None:
    began, receiver.statuses = timezone.now(), [500, 302, 200]
    hooked(api, receiver, "contact.*")
    api.post("/contacts", CONTACT)
    tell()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status_code, delivery.error) == (DeliveryState.WAITING, 500, "said")
    assert began + telling.PAUSES[0] <= delivery.due_at <= timezone.now() + telling.PAUSES[0]
    assert Webhook.objects.get().failing_since is not None
    for _try in range(2):
        Delivery.objects.update(due_at=timezone.now())
        tell()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, Webhook.objects.get().failing_since) == (
        DeliveryState.DELIVERED,
        3,
        None,
    )
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len(receiver.got) == 3  # no redirect was followed


def test_after_the_last_try_it_has_failed_and_can_be_sent_again(api: Api, receiver: Receiver) -> None:
    receiver.statuses = [500]
    webhook, _secret = hooked(api, receiver)
    api.post(f"/webhooks/{webhook}/test")
    for _try in range(len(telling.PAUSES) + 3):
        Delivery.objects.update(due_at=timezone.now())
        tell()
    delivery = Delivery.objects.get()
    assert (delivery.state, len(receiver.got)) == (DeliveryState.FAILED, len(telling.PAUSES) + 1)
    receiver.statuses = [200]
    api.post(f"/webhooks/{webhook}/deliveries/{delivery.pk}/resend")
    tell()
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


@pytest.mark.parametrize("how", ["gone", "days"])
def test_an_address_that_takes_nothing_is_switched_off(api: Api, receiver: Receiver, how: str) -> None:
    receiver.statuses = [410 if how == "gone" else 500]
    webhook, _secret = hooked(api, receiver)
    if how == "days":
        Webhook.objects.update(failing_since=timezone.now() - timedelta(days=6))
    api.post(f"/webhooks/{webhook}/test")
    tell()
    row = api.get(f"/webhooks/{webhook}").data
    assert (row["is_active"], row["disabled_at"] is not None) == (False, True)
    assert telling.next_due() is None


def test_a_replay_tells_again_what_happened(api: Api, receiver: Receiver) -> None:
    began = timezone.now()
    webhook, _secret = hooked(api, receiver, "contact.created")
    api.post("/contacts", CONTACT)
    tell()
    api.post(f"/webhooks/{webhook}/replay", {"since": began.isoformat()})
    tell()
    first, again = (orjson.loads(body)["data"]["id"] for _headers, body in receiver.got)
    assert first == again


def test_a_worker_that_dies_loses_nothing(api: Api, receiver: Receiver) -> None:
    webhook, _secret = hooked(api, receiver)
    api.post(f"/webhooks/{webhook}/test")
    assert len(telling._claim()) == 1  # and dies
    assert tell() == 0
    Delivery.objects.update(due_at=timezone.now())  # its lease has ended
    assert (tell(), len(receiver.got)) == (1, 1)


def told_by_workers(live: TestTenant, receiver: Receiver) -> int:
    """How many messages come of ten changes that four workers tell of at once."""
    api = Api(live.tokens["admin"])
    api.post("/webhooks", {**WEBHOOK, "url": receiver.url, "events": ["contact.created"]})
    for _number in range(10):
        api.post("/contacts", CONTACT)

    def work() -> None:
        with bind(live.bound):
            tell()

    in_parallel([work] * 4)
    work()
    return len(receiver.got)


def test_workers_at_once_tell_of_each_change_once(live: TestTenant, receiver: Receiver) -> None:
    assert told_by_workers(live, receiver) == 10


def test_control_without_the_lock_they_tell_more_often(
    live: TestTenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "changes_after", met(4, feed.changes_after))
    monkeypatch.setattr(telling, "_held", lambda pk: Webhook.objects.filter(pk=pk, is_active=True).first())
    assert told_by_workers(live, receiver) > 10


# --- What addresses may not do


def test_a_name_that_leads_home_is_not_asked(settings: object, receiver: Receiver) -> None:
    """Judged is the address that is connected to, whatever the name said before."""
    settings.OUTBOUND_PRIVATE = False  # type: ignore[attr-defined]
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    with pytest.raises(outbound.Unreachable, match="public"):
        outbound.post(f"http://localhost:{port}/hook", b"", {})
    assert receiver.got == []


def test_control_a_host_of_one_s_own_may_be_allowed(receiver: Receiver) -> None:
    assert outbound.post(receiver.url.replace("127.0.0.1", "localhost"), b"{}", {}).status == 200


def test_the_name_is_resolved_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    """A name that leads to a public host when it is judged and home when it is asked leads home never."""
    settings.OUTBOUND_PRIVATE = False  # type: ignore[attr-defined]
    public, home = "93.184.215.14", "127.0.0.1"
    asked: list[tuple[str, int]] = []
    answers = iter([public, home, home])

    def resolve(host: str, port: int, **rest: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *rest: object) -> socket.socket:
        asked.append(address)
        raise OSError("closed")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outbound.Unreachable):
        outbound.post("https://rebinding.example/", b"", {})
    assert asked == [(public, 443)]


def test_who_speaks_for_ever_is_cut_off(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTBOUND_PRIVATE = True  # type: ignore[attr-defined]
    monkeypatch.setattr(outbound, "SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _address = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n")
                for _number in range(100):
                    try:
                        peer.sendall(b"X-A: 1\r\n")
                    except OSError:
                        return
                    time.sleep(0.2)

        Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(outbound.Unreachable, match="within"):
            outbound.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})
    assert time.monotonic() - began < 15


def test_what_was_sent_is_forgotten_after_a_month(api: Api) -> None:
    webhook, other = (Webhook.objects.get(pk=api.post("/webhooks", WEBHOOK).data["id"]) for _number in range(2))
    Webhook.objects.filter(pk=other.pk).update(is_active=False)
    old = timezone.now() - telling.KEPT - timedelta(hours=1)
    for to, state, at in (
        (webhook, "delivered", old), (webhook, "failed", old), (other, "waiting", old),
        (webhook, "waiting", old), (webhook, "delivered", timezone.now()), (other, "waiting", timezone.now()),
    ):  # fmt: skip
        Delivery.objects.create(webhook=to, event="contact.created", payload={}, state=state, created_at=at)
    telling.forget_deliveries()
    kept = Delivery.objects.order_by("pk").values_list("webhook_id", "state")
    assert [*kept] == [(webhook.pk, "waiting"), (webhook.pk, "delivered"), (other.pk, "waiting")]
