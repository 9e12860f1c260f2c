"""Products, categories and pictures written at the same time: on real commits, with the controls."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from billing.actions import product_images, products
from billing.holding import hold_category
from billing.models import Product, ProductCategory, ProductImage
from leadercrm.core.actions import lock
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import Stand, everybody, in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


def fields_of_refusals(live: TestTenant, path: str, body: dict[str, Any], name: str) -> list[set[str]]:
    """What the refusals name, of six creations at once that all want the same value."""

    def create(number: int) -> Any:
        value = "Ñandú-7" if number % 2 else "ÑANDÚ-7"
        return Api(live.tokens["admin"]).post(path, {**body, name: value})

    answers = in_parallel([partial(create, number) for number in range(6)])
    refused = [answer for answer in answers if answer.status == 422]
    assert len(refused) == 5
    return [set(answer.errors) for answer in refused]


def test_who_comes_second_is_told_why(live: TestTenant) -> None:
    assert fields_of_refusals(live, "/products", {"name": "A", "unit_price": 1}, "sku") == [{"sku"}] * 5
    assert fields_of_refusals(live, "/product-categories", {}, "name") == [{"name"}] * 5


def test_control_without_the_guard_they_are_not(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "unique", lambda *arguments, **options: nullcontext())
    assert {"body"} in fields_of_refusals(live, "/products", {"name": "A", "unit_price": 1}, "sku")


def filed_while_the_category_goes(live: TestTenant, place: Callable[[Stand], Any], *, filed_before: bool) -> None:
    """A product is filed under a category that is deleted when who files it stands, which `place` sees to.

    Raises what is no refusal.
    """
    actor, stand = live.actor(), Stand()
    with bind(live.bound):
        category = products.create_category({"name": "A"}, actor=actor)
        column = {"category_id": category.pk}
        product = products.create_product(
            {"name": "A", "unit_price": 1, **(column if filed_before else {})}, actor=actor
        )

    place(stand)

    def file() -> None:
        with bind(live.bound), suppress(DomainError):
            products.change_product(product, {**column, "name": "B"}, actor=actor)

    def delete() -> None:
        with bind(live.bound):
            products.delete_category(category, actor=actor)

    in_parallel([file, stand.then(delete)])
    with bind(live.bound):
        assert Product.objects.get(pk=product.pk).category_id is None
        assert not ProductCategory.objects.exists()


@pytest.mark.parametrize("filed_before", [False, True])
def test_category_goes_while_products_are_filed_under_it(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch, filed_before: bool
) -> None:
    def place(stand: Stand) -> None:
        monkeypatch.setattr(products, "hold_category", stand.after(hold_category))

    filed_while_the_category_goes(live, place, filed_before=filed_before)


def test_control_without_holding_it_the_database_objects(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unheld(pk: int) -> bool:
        return ProductCategory.objects.filter(pk=pk).exists()

    def place(stand: Stand) -> None:
        monkeypatch.setattr(products, "hold_category", stand.after(unheld))

    with pytest.raises(IntegrityError):
        filed_while_the_category_goes(live, place, filed_before=False)


def test_control_in_the_other_order_they_wait_for_each_other(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def place(stand: Stand) -> None:
        def product_first(row: Any) -> Any:
            locked = lock(row)
            if isinstance(locked, Product) and locked.category_id:
                stand.here()
                hold_category(locked.category_id)
            return locked

        monkeypatch.setattr(products, "_hold", lambda values: None)
        monkeypatch.setattr(products, "lock", product_first)

    with pytest.raises(OperationalError, match="deadlock"):
        filed_while_the_category_goes(live, place, filed_before=True)


def places_of_pictures_added_at_once(live: TestTenant) -> list[int]:
    with bind(live.bound):
        product = products.create_product({"name": "A", "unit_price": 1}, actor=live.actor())

    def add(number: int) -> None:
        with bind(live.bound), suppress(DomainError):
            product_images.attach_image(product, file=f"products/{number}.jpg", actor=live.actor())

    in_parallel([partial(add, number) for number in range(6)])
    with bind(live.bound):
        return sorted(product.images.values_list("position", flat=True))


def test_pictures_have_places_of_their_own_and_a_limit(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_images, "MOST_IMAGES", 4)
    assert places_of_pictures_added_at_once(live) == [0, 1, 2, 3]


def test_control_without_the_lock_they_have_not(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_together(image: ProductImage, **options: Any) -> None:
        together.wait()  # between counting and writing
        save(image, **options)

    save, together = ProductImage.save, everybody(6)
    monkeypatch.setattr(product_images, "MOST_IMAGES", 4)
    monkeypatch.setattr(product_images, "lock", lambda row: Product.objects.get(pk=row.pk))
    monkeypatch.setattr(ProductImage, "save", save_together)
    assert places_of_pictures_added_at_once(live) != [0, 1, 2, 3]
