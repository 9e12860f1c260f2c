"""Pictures of products: added, put in another place, removed."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import Product, ProductImage
from leadercrm.core import pictures
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound

FOLDER = "products"
SIDE = 1200
MOST_IMAGES = 10


def add_image(product: Product, *, image: bytes, name: str = "", actor: Actor) -> ProductImage:
    """Add a picture behind those that a product has; `name` is what its sender calls the file.

    Looked at, and written, before any lock is taken.
    """
    actor.require_writing()
    actor.require("billing.change_product", product)
    file = pictures.keep(FOLDER, pictures.normalized(image, pictures.within(SIDE), draft=SIDE, name=name))
    try:
        return attach_image(product, file=file, actor=actor)
    except BaseException:
        pictures.forget(file)
        raise


@domain_action(permission="billing.change_product")
def attach_image(product: Product, *, file: str, actor: Actor) -> ProductImage:
    """Let a file of the storage be a product's last picture. Refuses more than ten."""
    product = lock(product)
    places = [*product.images.values_list("position", flat=True)]
    if len(places) >= MOST_IMAGES:
        raise DomainError(_("A product has at most %(most)s pictures.") % {"most": MOST_IMAGES}, field="image")
    image = ProductImage(product=product, file=file, position=max(places, default=-1) + 1)
    image.save()
    _note(product, "product.image_added", actor, image=[None, image.pk])
    return image


@domain_action(permission="billing.change_product")
def place_image(product: Product, image_id: int, *, position: int, actor: Actor) -> None:
    """Put a picture in a place, 0 being the first; the others move up."""
    product = lock(product)
    images = [*product.images.order_by("position", "pk")]
    before = [one.pk for one in images]
    image = _found(images, image_id)
    images.remove(image)
    images.insert(position, image)
    if _number(images):
        _note(product, "product.images_ordered", actor, images=[before, [one.pk for one in images]])


@domain_action(permission="billing.change_product")
def remove_image(product: Product, image_id: int, *, actor: Actor) -> None:
    """Remove a picture and its file."""
    product = lock(product)
    images = [*product.images.order_by("position", "pk")]
    image = _found(images, image_id)
    image.delete()
    images.remove(image)
    _number(images)
    _note(product, "product.image_removed", actor, image=[image_id, None])
    transaction.on_commit(lambda: pictures.forget(image.file))


def _number(images: list[ProductImage]) -> bool:
    """Let places be without gaps, from 0 on; whether any was another."""
    moved = [(place, one) for place, one in enumerate(images) if one.position != place]
    for place, one in moved:
        one.position = place
        one.save(update_fields=["position"])
    return bool(moved)


def _note(product: Product, action: str, actor: Actor, **what: Any) -> None:
    """Pictures are a part of their product: it has changed, and its history tells how."""
    before = snapshot(product)
    product.save(update_fields=["updated_at"])
    record(actor, product, action, before=before, **what)


def _found(images: list[ProductImage], image_id: int) -> ProductImage:
    for image in images:
        if image.pk == image_id:
            return image
    raise NotFound()
