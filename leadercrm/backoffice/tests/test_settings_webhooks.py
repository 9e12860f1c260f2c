"""The webhooks' pages: who opens them, a secret that is shown once, and buttons that do what the API does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.webhooks.actions.webhooks import create_webhook
from leadercrm.webhooks.models import Delivery, DeliveryState, Webhook

ADMIN = "admin@alfa.example.com"
URL = "https://erp.example.com/avisos"
SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in(ADMIN, site="/").status_code == 303
    return browser


def made(alfa: TestTenant, **values: Any) -> Webhook:
    return create_webhook({"url": URL, "events": ["deal.*"], **values}, actor=alfa.actor())[0]


def sent(webhook: Webhook, **values: Any) -> Delivery:
    return Delivery.objects.create(webhook=webhook, **{"event": "deal.moved", "payload": {"id": 7}, **values})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_administrators_alone_have_them(alfa: TestTenant, browser: Browser) -> None:
    webhook = made(alfa)
    path, message = f"/settings/webhooks/{webhook.pk}", f"/settings/webhooks/messages/{sent(webhook).pk}"
    pages = ("/settings/webhooks", "/settings/webhooks/new", path, f"{path}/edit", message)
    acts = (path, *(f"{path}/{act}" for act in ("test", "pause", "resume", "replay", "delete")), f"{message}/resend")
    for page in pages:
        assert browser.get(page).status_code == 200, page
    assert 'href="/settings/webhooks"' in text(browser.get("/settings/webhooks"))
    manager = Browser()
    manager.log_in("manager@alfa.example.com", site="/")
    assert 'href="/settings/webhooks"' not in text(manager.get("/settings/tokens"))
    with untouched():
        assert {manager.get(page).status_code for page in pages} == {403}
        assert {manager.post(act, {"hours": "1"}).status_code for act in acts} == {403}


def test_an_empty_list_says_what_to_do(browser: Browser) -> None:
    page = text(browser.get("/settings/webhooks"))
    assert 'class="empty"' in page
    assert page.count('href="/settings/webhooks/new"') == 2


def test_a_secret_is_in_the_answer_that_makes_it_and_nowhere_again(browser: Browser, alfa: TestTenant) -> None:
    answer = browser.fill("/settings/webhooks/new", url=URL, events="quote.sent\r\n deal.* \r\n", description="ERP")
    webhook = Webhook.objects.get()
    [secret] = SECRET.findall(text(answer))
    assert (webhook.url, webhook.events, webhook.description) == (URL, ["deal.*", "quote.sent"], "ERP")
    assert AuditEntry.objects.get(action="webhook.created").via == "page"
    path = f"/settings/webhooks/{webhook.pk}"
    assert secret not in text(browser.get(path)) + text(browser.get(f"{path}/edit"))
    [second] = SECRET.findall(text(browser.post(path)))
    assert second != secret
    assert Webhook.objects.get().before_until is not None


def test_what_the_action_refuses_stands_at_its_field(browser: Browser, alfa: TestTenant) -> None:
    with untouched():
        answer = browser.fill("/settings/webhooks/new", url="https://127.0.0.1/", events="deal")
        assert answer.status_code == 422
        assert browser.fill("/settings/webhooks/new", url=URL, events="").status_code == 422
    assert 'value="https://127.0.0.1/"' in text(answer)
    assert "is-invalid" in text(answer)
    assert not SECRET.findall(text(answer))


def test_it_is_changed_paused_resumed_and_deleted(browser: Browser, alfa: TestTenant) -> None:
    path = f"/settings/webhooks/{made(alfa).pk}"
    assert browser.fill(f"{path}/edit", events="contact.*").headers["Location"] == path
    assert Webhook.objects.get().events == ["contact.*"]
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=1))
    assert "alert-warning" in text(browser.get(path))
    assert browser.post(f"{path}/pause").headers["Location"] == path
    paused = text(browser.get(path))
    assert not Webhook.objects.get().is_active
    assert f"{path}/resume" in paused
    assert f"{path}/test" not in paused
    with untouched():
        assert browser.post(f"{path}/test").status_code == 422
    before = Webhook.objects.get().position_at
    browser.post(f"{path}/resume")
    after = Webhook.objects.get()
    assert (after.is_active, after.failing_since, after.position_at > before) == (True, None, True)
    assert browser.post(f"{path}/delete").headers["Location"] == "/settings/webhooks"
    assert not Webhook.objects.exists()


def test_messages_are_tried_read_and_sent_again(browser: Browser, alfa: TestTenant, api: Api) -> None:
    webhook = made(alfa)
    path = f"/settings/webhooks/{webhook.pk}"
    browser.get(path)
    browser.post(f"{path}/test")
    waiting = Delivery.objects.get()
    assert (waiting.event, waiting.state) == ("webhook.test", DeliveryState.WAITING)
    assert 'hx-trigger="load delay:3s"' in text(browser.get(path))
    Delivery.objects.update(
        state=DeliveryState.FAILED, attempts=9, status_code=503, error="No hay <b>nadie</b>", duration_ms=12
    )
    log = text(browser.get(path))
    assert 'hx-trigger="load delay:3s"' not in log
    assert "503" in log
    assert "No hay &lt;b&gt;nadie&lt;/b&gt;" in log
    message = text(browser.get(f"/settings/webhooks/messages/{waiting.pk}"))
    assert waiting.message_id in message
    assert "&quot;webhook_id&quot;" in message
    again = browser.post(f"/settings/webhooks/messages/{waiting.pk}/resend")
    assert again.headers["Location"] == path
    assert api.get(f"{path.removeprefix('/settings')}/deliveries").data[0]["state"] == "waiting"


def test_the_log_is_narrowed_and_is_this_webhooks_alone(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    own, other = made(alfa), made(alfa, url="https://otro.example.com/")
    sent(own, state=DeliveryState.FAILED, event="deal.failed_here")
    sent(own, state=DeliveryState.DELIVERED, event="deal.arrived_here")
    sent(other, event="deal.elsewhere")
    path = f"/settings/webhooks/{own.pk}"
    everything, failed = text(browser.get(path)), text(browser.get(f"{path}?state=failed"))
    assert "deal.arrived_here" in everything
    assert "deal.elsewhere" not in everything
    assert ("deal.failed_here" in failed, "deal.arrived_here" in failed) == (True, False)
    assert "deal.arrived_here" in text(browser.get(f"{path}?state=%00"))
    part = text(browser.get(path, headers={"HX-Request-Type": "partial", "HX-Target": "div#list"}))
    assert part.lstrip().startswith('<div class="table-responsive">')
    with visiting(beta):
        foreign = sent(made(beta))
    assert browser.get(f"/settings/webhooks/messages/{foreign.pk + 10**6}").status_code == 404


def test_it_is_told_again_of_a_span(browser: Browser, alfa: TestTenant) -> None:
    path = f"/settings/webhooks/{made(alfa).pk}"
    browser.get(path)
    for hours in (1, 168):
        assert browser.post(f"{path}/replay", {"hours": str(hours)}).status_code == 303
        ago = timezone.now() - Webhook.objects.get().position_at
        assert abs(ago - timedelta(hours=hours)) < timedelta(minutes=2)
    with untouched():
        assert browser.post(f"{path}/replay", {"hours": "9999"}).status_code == 422


def test_pages_cost_the_same_for_one_message_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    webhook = made(alfa)
    sent(webhook)
    paths = ("/settings/webhooks", f"/settings/webhooks/{webhook.pk}", f"/settings/webhooks/{webhook.pk}?state=waiting")
    for path in paths:
        browser.get(path)
    few = [len(statements_of(lambda path=path: browser.get(path))) for path in paths]  # type: ignore[misc]
    for _number in range(15):
        made(alfa)
        sent(webhook)
    assert [len(statements_of(lambda path=path: browser.get(path))) for path in paths] == few  # type: ignore[misc]
    assert max(few) <= 14
