"""What hands do in the pages: cards dragged and moved by keys, lines written without the mouse, steps taken back."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.actions.products import create_product
from billing.models import Quote
from crm.actions.contacts import create_contact
from crm.actions.deals import create_deal
from crm.models import Contact, Deal, Stage
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk, path_of
from leadercrm.tenancy.binding import bind

CARD = ".deal-card"


def stages(tenant: TestTenant) -> list[Stage]:
    with bind(tenant.bound):
        return list(Stage.objects.order_by("position"))


def make_deal(tenant: TestTenant, name: str, stage: Stage) -> Deal:
    values = {"name": name, "amount": Decimal(1000), "pipeline_id": stage.pipeline_id, "stage_id": stage.pk}
    with bind(tenant.bound):
        return create_deal(values, actor=tenant.actor())


def stage_of(tenant: TestTenant, deal: Deal) -> int:
    with bind(tenant.bound):
        return int(Deal.objects.get(pk=deal.pk).stage_id)


def lane(page: Page, stage: Stage) -> str:
    return f'.lane-cards[data-stage="{stage.pk}"]'


def undo(page: Page) -> None:
    page.locator("#toasts").get_by_role("button", name="Deshacer").click()


def test_card_is_dragged_to_another_stage_and_back_by_undo(live: TestTenant, desk: Desk) -> None:
    first, second, *_ = stages(live)
    deal = make_deal(live, "Servidor", first)
    page = desk.at(live)
    page.goto("/deals")
    page.locator(CARD).drag_to(page.locator(lane(page, second)))
    expect(page.locator(f"{lane(page, second)} {CARD}")).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("Servidor")
    assert stage_of(live, deal) == second.pk
    undo(page)
    expect(page.locator(f"{lane(page, first)} {CARD}")).to_have_count(1)
    assert stage_of(live, deal) == first.pk


def test_card_is_moved_by_keys_and_a_loss_asks_why(live: TestTenant, desk: Desk) -> None:
    first, *_ = stages(live)
    lost = next(stage for stage in stages(live) if stage.type == "lost")
    deal = make_deal(live, "Servidor", first)
    page = desk.at(live)
    page.goto("/deals")
    page.locator("[data-move-card]").focus()
    page.keyboard.press("Enter")
    page.locator(f'#move button[value="{lost.pk}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lost-reason")).to_be_focused()
    page.keyboard.type("Precio")
    page.keyboard.press("Enter")
    expect(page.locator(f"{lane(page, lost)} {CARD}")).to_have_count(1)
    with bind(live.bound):
        moved = Deal.objects.get(pk=deal.pk)
    assert (moved.stage_id, moved.lost_reason) == (lost.pk, "Precio")


@pytest.mark.parametrize("width", [1280, 360])
def test_quote_is_written_with_the_keyboard_alone(live: TestTenant, desk: Desk, width: int) -> None:
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana"}, actor=live.actor())
        create_product({"name": "Capacitación", "unit_price": Decimal("950.50")}, actor=live.actor())
    page = desk.at(live, viewport={"width": width, "height": 800})
    page.goto(f"/quotes/new?contact_id={contact.pk}")
    beside = page.locator(".lines").evaluate(
        "table => table.parentElement.scrollWidth - table.parentElement.clientWidth"
    )
    assert beside <= 0, "the lines are scrolled to the side"
    page.locator("#f-title").focus()
    product = page.locator("tr[data-line]").first.locator(".line-product input")
    for _key in range(30):
        if product.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("capaci")
    expect(page.locator(".ts-dropdown .option.active")).to_contain_text("Capacitación")
    page.keyboard.press("Enter")
    line = page.locator("tr[data-line]").first
    expect(line.get_by_label("Cantidad")).to_be_focused()
    page.keyboard.type("3")
    expect(page.locator("#sums")).to_contain_text("$3,307.74")
    second = page.locator("tr[data-line]").nth(1)
    second.get_by_label("Descripción").focus()
    page.keyboard.type("Viáticos")
    for typed in ("1", "200"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    expect(page.locator("#sums")).to_contain_text("$3,539.74")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("tr[data-line]").first.get_by_label("Descripción")).to_have_value("Viáticos")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("COT-")
    with bind(live.bound):
        quote = Quote.objects.get()
        assert quote.total == Decimal("3539.74")
        assert list(quote.items.order_by("position").values_list("description", flat=True)) == [
            "Viáticos",
            "Capacitación",
        ]


def test_what_was_deleted_comes_back_by_undo(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana"}, actor=live.actor())
    page = desk.at(live)
    page.goto(f"/contacts/{contact.pk}")
    page.locator(".page-acts").get_by_role("button", name="Eliminar").click()
    expect(page.locator("#toasts")).to_contain_text("Deshacer")
    assert path_of(page) == "/contacts"
    with bind(live.bound):
        assert not Contact.objects.exists()
    undo(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana")
    with bind(live.bound):
        assert Contact.objects.exists()


@pytest.mark.parametrize("script", [True, False])
def test_core_flows_need_no_script(script: bool, live: TestTenant, desk: Desk) -> None:
    """Log in, list, create, change, delete: with scripts and without the same."""
    page = desk.window(java_script_enabled=script)
    page.goto("/contacts")
    page.locator("#email").fill(f"sales@{live.row.name.lower()}.example.com")
    page.locator("#password").fill("correcta-bateria-8")
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Contactos")
    page.locator("[data-new]").click()
    page.locator("#f-first_name").fill("Ana")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana")
    page.get_by_role("link", name="Editar").first.click()
    page.locator("#f-last_name").fill("Ríos")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ríos")
    page.goto("/contacts?search=rios")
    expect(page.locator("tr[data-row]")).to_have_count(1)
