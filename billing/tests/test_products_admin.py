"""Products in the admin site: entered as the API enters them, found, filtered, given pictures."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from billing.models import Product, ProductImage
from billing.tests.papers import made
from billing.tests.test_product_forms import picture
from crm.tests.test_admin_parity import state
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

PLACE = "/admin/billing/product"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "products"


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


def test_product_is_entered_changed_and_deleted_as_by_the_api(api: Api, admin: Browser) -> None:
    category = made(api.post("/product-categories", {"name": "Libros"}))["id"]
    said = {"name": "Manual", "unit_price": "480.5", "tax_factor": "exento", "tax_rate": "0", "currency": "MXN"}
    body = {**said, "sku": "a-1", "category_id": category}
    left = Product.objects.get(pk=made(api.post("/products", body))["id"])
    answer = admin.fill(f"{PLACE}/add/", **{**said, "sku": "a-2", "category": category})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    right = Product.objects.latest("id")
    by_api, by_admin = ({k: v for k, v in state(row).items() if k not in ("sku", "search")} for row in (left, right))
    assert by_api == by_admin
    page = f"{PLACE}/{right.pk}/change/"
    with untouched():
        for field, value in (("sku", "A-1"), ("tax_rate", "16"), ("sat_product_key", "123")):
            assert field in admin.fill(page, **{field: value}).context["adminform"].form.errors
        assert admin.fill(page).status_code == 302
    assert admin.fill(page, tax_factor="tasa", tax_rate="8").status_code == 302
    right.refresh_from_db()
    assert (right.tax_factor, right.tax_rate, right.sku) == ("tasa", Decimal(8), "a-2")
    assert admin.fill(f"{PLACE}/{right.pk}/delete/", post="yes").status_code == 302
    assert not Product.objects.filter(pk=right.pk).exists()


def test_lists_search_and_filter(api: Api, admin: Browser) -> None:
    category = made(api.post("/product-categories", {"name": "Libros"}))["id"]
    api.post("/products", {"name": "Consultoría", "unit_price": 1, "category_id": category})
    api.post("/products", {"name": "Lector", "unit_price": 1, "is_active": False})
    for query, names in (
        ("q=consultoria", {"Consultoría"}), ("is_active__exact=0", {"Lector"}), ("", {"Consultoría", "Lector"}),
        (f"category__id__exact={category}", {"Consultoría"}), ("tax_factor__exact=exento", set()),
    ):  # fmt: skip
        found = admin.get(f"{PLACE}/?{query}").context["cl"].result_list
        assert {row.name for row in found} == names, query
    assert [row.products_number for row in admin.get(f"{PLACE}category/").context["cl"].result_list] == [1]
    assert admin.get(f"{PLACE}category/{category}/change/").status_code == 200


def test_pictures_are_added_put_first_and_removed(api: Api, admin: Browser) -> None:
    product = made(api.post("/products", {"name": "A", "unit_price": 1}))["id"]
    add, first, remove = (f"{PLACE}/{product}/do/{name}/" for name in ("picture", "first", "remove-picture"))

    def sent(content: bytes, name: str) -> Any:
        file = BytesIO(content)
        file.name = name
        return admin.post(add, {"image": file})

    def ids() -> list[int]:
        return [image.pk for image in ProductImage.objects.filter(product=product).order_by("position")]

    assert b'enctype="multipart/form-data"' in admin.get(add).content
    assert (admin.get(first).status_code, admin.get(remove).status_code) == (404, 404)
    for _number in range(2):
        assert sent(picture(), "foto.jpg").status_code == 302
    with untouched():
        for content, name in ((b"", "a.jpg"), (b"text", "a.jpg"), (picture(), "a.png"), (b"\0" * 10_485_761, "a.jpg")):
            assert sent(content, name).context["form"].errors["image"], name
        assert admin.post(first, {"picture": "999999"}).context["form"].errors["picture"]
    before, after = ids()
    assert next(iter(admin.get(f"{PLACE}/").context["cl"].result_list)).pictures_number == 2
    assert admin.post(first, {"picture": after}).status_code == 302
    assert ids() == [after, before]
    page = admin.get(f"{PLACE}/{product}/change/").content.decode()
    assert f"/storage/{ProductImage.objects.get(pk=after).file}" in page
    assert admin.post(remove, {"picture": after}).status_code == 302
    assert ids() == [before]


def test_pictures_are_whose_who_may_change_products(api: Api, alfa: TestTenant) -> None:
    product = made(api.post("/products", {"name": "A", "unit_price": 1}))["id"]
    seller = Browser()
    seller.log_in("sales@alfa.example.com")
    with untouched():
        assert seller.get(f"{PLACE}/{product}/do/picture/").status_code in (302, 403)
