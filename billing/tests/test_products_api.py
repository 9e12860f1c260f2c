"""Products over HTTP."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from billing.models import Product
from billing.tests.papers import a_contact, a_quote
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant, visiting

NUMBERS = itertools.count(1)
OPTIONAL_TEXT = (str, type(None))
PRINTED = {
    "name": "Auditoria Financiera Completa", "sku": "AUD-FIN-001",
    "description": "Auditoria financiera integral para empresas medianas.", "unit_price": 85000, "tax_rate": 16,
    "currency": "MXN",
}  # fmt: skip


class TestProducts(ResourceCase):
    path, routes, tables, text = "/products", ("product-list", "product-detail"), ("billing_product",), "name"
    keys = {
        "id": (int,), "name": (str,), "sku": OPTIONAL_TEXT, "description": OPTIONAL_TEXT, "unit_price": (int, float),
        "tax_rate": (int, float), "tax_factor": (str,), "currency": (str,), "is_active": (bool,),
        "category": (dict, type(None)), "images": (list,), "sat_product_key": OPTIONAL_TEXT,
        "sat_unit_key": OPTIONAL_TEXT, "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {"name": PRINTED["name"], "unit_price": 85000, "tax_rate": 16, "currency": "MXN"}
    change = {"unit_price": 1800}
    read_only = {"id": 77777, "images": [1], "created_at": "2001-01-01T00:00:00.000000Z"}
    query = {"search": "auditoria"}
    roles = """
                admin manager sales viewer
        create own 201 201 403 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 403 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """


class TestCategories(ResourceCase):
    path, text = "/product-categories", "name"
    routes, tables = ("product-category-list", "product-category-detail"), ("billing_productcategory",)
    keys = {"id": (int,), "name": (str,)}
    body = {"name": "Servicios"}
    change = {"name": "Consultoría"}
    read_only = {"id": 77777}
    roles = """
                     admin  manager  sales  viewer
        create any   201    201      403    403
        change any   200    200      403    403
    """

    def make(self, api: Api, place: str, **values: Any) -> int:
        """Names are unique."""
        values.setdefault("name", f"Categoría {next(NUMBERS):04d}")
        return super().make(api, place, **{key: value for key, value in values.items() if key != "owner_id"})

    def test_role_table(self, alfa: TestTenant, api: Api) -> None:
        """Its own: names are unique, so that no body is accepted twice."""
        for role, may in (("admin", True), ("manager", True), ("sales", False), ("viewer", False)):
            door, row = Api(alfa.tokens[role]), f"{self.path}/{self.make(api, self.path)}"
            name = {"name": f"Categoría {next(NUMBERS)}"}
            assert door.get(row).status == 200
            statuses = [door.put(row, name).status, door.delete(row).status, door.post(self.path, name).status]
            assert statuses == ([200, 200, 201] if may else [403] * 3), role


def test_as_printed(api: Api) -> None:
    made = api.post("/products", PRINTED)
    assert made.status == 201
    assert {name: made.data[name] for name in PRINTED} == PRINTED
    assert (made.data["is_active"], made.data["category"], made.data["images"]) == (True, None, [])
    changed = api.put(f"/products/{made.data['id']}", {"unit_price": 1800})
    assert (changed.data["unit_price"], changed.data["sku"]) == (1800, "AUD-FIN-001")
    assert api.delete(f"/products/{made.data['id']}").json == {"message": "Producto eliminado."}


@pytest.mark.parametrize(
    ("sent", "tax"),
    [
        ({}, ("tasa", 16)), ({"tax_rate": 0}, ("tasa", 0)), ({"tax_factor": "exento"}, ("exento", 0)),
        ({"tax_factor": "no_objeto"}, ("no_objeto", 0)), ({"tax_factor": "exento", "tax_rate": 0}, ("exento", 0)),
        ({"tax_rate": 8.5}, ("tasa", 8.5)),
    ],
)  # fmt: skip
def test_tax_without_a_word_is_the_tenants(api: Api, sent: dict[str, object], tax: object) -> None:
    made = api.post("/products", {"name": "A", "unit_price": 1, **sent}).data
    assert (made["tax_factor"], made["tax_rate"]) == tax


def test_factor_changes_take_the_rate_along(api: Api) -> None:
    path = f"/products/{api.post('/products', {'name': 'A', 'unit_price': 1}).data['id']}"
    assert api.put(path, {"tax_factor": "exento"}).data["tax_rate"] == 0
    assert set(api.put(path, {"tax_rate": 16}).errors) == {"tax_rate"}
    assert api.put(path, {"tax_factor": "tasa"}).data["tax_rate"] == 16


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit_price": -0.01}, "unit_price"), ({"unit_price": None}, "unit_price"), ({"tax_rate": 100.01}, "tax_rate"),
        ({"tax_rate": -1}, "tax_rate"), ({"tax_factor": "exento", "tax_rate": 16}, "tax_rate"),
        ({"tax_factor": "iva"}, "tax_factor"), ({"currency": "PESOS"}, "currency"), ({"name": "x" * 256}, "name"),
        ({"sku": "x" * 101}, "sku"), ({"sat_product_key": "8411150"}, "sat_product_key"),
        ({"sat_product_key": "8411150x"}, "sat_product_key"), ({"sat_unit_key": "e48"}, "sat_unit_key"),
        ({"category_id": 999999}, "category_id"), ({"is_active": "quizá"}, "is_active"),
    ],
)  # fmt: skip
def test_refusals_name_their_field(api: Api, values: dict[str, object], field: str) -> None:
    with untouched():
        answer = api.post("/products", {"name": "A", "unit_price": 1, **values})
    assert (answer.status, set(answer.errors)) == (422, {field}), answer


def test_skus_are_told_apart_without_case_while_they_live(api: Api, alfa: TestTenant, beta: TestTenant) -> None:
    first = api.post("/products", {**PRINTED, "sku": "Ñu-1"}).data["id"]
    with untouched():
        refused = api.post("/products", {**PRINTED, "sku": "ñU-1"})
    assert (refused.status, refused.json["code"], set(refused.errors)) == (422, "not_unique", {"sku"})
    second = api.post("/products", {**PRINTED, "sku": None}).data["id"]
    assert api.post("/products", {**PRINTED, "sku": ""}).data["sku"] is None
    assert api.put(f"/products/{second}", {"sku": "ñu-1"}).status == 422
    assert api.put(f"/products/{first}", {"sku": "ÑU-1"}).data["sku"] == "ÑU-1"
    assert Api(beta.tokens["admin"]).post("/products", {**PRINTED, "sku": "ñu-1"}).status == 201
    api.delete(f"/products/{first}")
    assert api.put(f"/products/{second}", {"sku": "ñu-1"}).status == 200


def test_search_and_active_only(api: Api) -> None:
    api.post("/products", PRINTED)
    api.post("/products", {**PRINTED, "name": "Consultoría", "sku": "CONS-1", "is_active": False})
    names = {
        query: [row["name"] for row in api.get("/products", **dict([query.split("=")])).data]
        for query in ("search=consultoria", "search=cons-1", "search=medianas", "active_only=true", "active_only=false")
    }
    assert names == {
        "search=consultoria": ["Consultoría"],
        "search=cons-1": ["Consultoría"],
        "search=medianas": ["Consultoría", PRINTED["name"]],
        "active_only=true": [PRINTED["name"]],
        "active_only=false": ["Consultoría", PRINTED["name"]],
    }


def test_categories_sort_products(api: Api) -> None:
    services = api.post("/product-categories", {"name": "Servicios"}).data
    assert api.post("/product-categories", {"name": "SERVICIOS"}).json["code"] == "not_unique"
    made = api.post("/products", {**PRINTED, "category_id": services["id"]}).data
    assert made["category"] == services
    assert [row["id"] for row in api.get("/products", category_id=services["id"]).data] == [made["id"]]
    assert api.delete(f"/product-categories/{services['id']}").json == {"message": "Categoría de productos eliminada."}
    assert api.get(f"/products/{made['id']}").data["category"] is None


def test_lines_take_what_the_product_says_and_keep_it(api: Api) -> None:
    keys = {"sat_product_key": "84111500", "sat_unit_key": "E48"}
    product = api.post("/products", {**PRINTED, "tax_factor": "exento", "tax_rate": 0, **keys}).data
    line = {"product_id": product["id"], "quantity": 2}
    quote = a_quote(api, items=[line])
    [taken] = quote["items"]
    assert (taken["description"], taken["unit_price"], taken["tax_factor"]) == (PRINTED["name"], 85000, "exento")
    assert {name: taken[name] for name in keys} == keys
    assert quote["total"] == 170000
    own = a_quote(api, items=[{**line, "unit_price": 80000, "description": "Con descuento"}])["items"][0]
    assert (own["unit_price"], own["description"]) == (80000, "Con descuento")
    api.put(f"/products/{product['id']}", {"unit_price": 1, "name": "Otra"})
    api.delete(f"/products/{product['id']}")
    assert api.get(f"/quotes/{quote['id']}").data["items"] == [taken]
    with untouched():
        late = api.post("/quotes", {"contact_id": quote["contact_id"], "items": [line]})
    assert (late.status, set(late.errors)) == (422, {"items.0.product_id"})


def test_digits_of_a_sku_are_found_as_they_are_written(api: Api) -> None:
    """What looks like a phone is searched for by its digits alone."""
    scanner = api.post("/products", {"name": "Lector", "unit_price": 1, "sku": "7501-0021"}).data["id"]
    for text in ("7501-0021", "75010021", "7501", "01-00", "lector 0021"):
        assert [row["id"] for row in api.get("/products", search=text).data] == [scanner], text


def test_a_draft_keeps_lines_whose_product_is_gone(api: Api) -> None:
    product = api.post("/products", {"name": "Hora", "unit_price": 1500}).data["id"]
    quote = a_quote(api, items=[{"product_id": product, "quantity": 2}])
    api.delete(f"/products/{product}")
    with untouched():
        assert api.put(f"/quotes/{quote['id']}", {"items": quote["items"]}).data == quote
    more = [*quote["items"], {"product_id": product, "quantity": 1}]
    assert api.put(f"/quotes/{quote['id']}", {"items": more}).data["total"] == 5220
    with untouched():
        other = a_quote_of(api, quote["contact_id"], more)
    assert set(other.errors) == {"items.0.product_id", "items.1.product_id"}


def a_quote_of(api: Api, contact_id: int, items: list[dict[str, Any]]) -> Answer:
    return api.post("/quotes", {"contact_id": contact_id, "items": items})


def test_rate_follows_the_factor_of_the_line(api: Api) -> None:
    exempt, reduced = (
        api.post("/products", {"name": "A", "unit_price": 1, **said}).data["id"]
        for said in ({"tax_factor": "exento"}, {"tax_rate": 8})
    )
    cases: list[tuple[int, dict[str, Any], tuple[str, int]]] = [
        (exempt, {}, ("exento", 0)), (exempt, {"tax_factor": "tasa"}, ("tasa", 16)), (reduced, {}, ("tasa", 8)),
        (exempt, {"tax_factor": "tasa", "tax_rate": 8}, ("tasa", 8)),
        (reduced, {"tax_factor": "no_objeto"}, ("no_objeto", 0)),
    ]  # fmt: skip
    items = [{"product_id": product, "quantity": 1, **said} for product, said, _tax in cases]
    lines = a_quote(api, items=items)["items"]
    assert [(line["tax_factor"], line["tax_rate"]) for line in lines] == [tax for _product, _said, tax in cases]


def test_price_in_another_currency_is_not_taken(api: Api) -> None:
    product = api.post("/products", {**PRINTED, "currency": "USD"}).data["id"]
    contact = a_contact(api)
    with untouched():
        refused = api.post("/quotes", {"contact_id": contact, "items": [{"product_id": product, "quantity": 1}]})
    assert set(refused.errors) == {"items.0.unit_price"}


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control: without the index"])
def test_one_sku_at_once_is_given_once(live: TestTenant, guarded: bool) -> None:
    if not guarded:
        with visiting(live), connection.cursor() as cursor:
            cursor.execute("DROP INDEX product_sku_once")
    together = threading.Barrier(8)

    def create(number: int) -> int:
        try:
            together.wait(10)
            return (
                Api(live.tokens["admin"])
                .post("/products", {**PRINTED, "sku": f"{'x' if number % 2 else 'X'}-1"})
                .status
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(create, range(8)))
    with visiting(live):
        made = Product.objects.filter(sku__iexact="x-1").count()
    assert made == statuses.count(201)
    assert (made == 1) is guarded
    assert set(statuses) <= {201, 422}


def test_price_keeps_six_decimals(api: Api) -> None:
    made = api.post("/products", {"name": "A", "unit_price": 0.123456}).data
    assert (made["unit_price"], Product.objects.get().unit_price) == (0.123456, Decimal("0.123456"))
