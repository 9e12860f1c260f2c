"""Pictures of products: added, put in another place, removed."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from billing.models import Product, ProductImage
from leadercrm.core import pictures
from leadercrm.core.actions import domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound

FOLDER = "products"
SIDE = 1200
MOST_IMAGES = 10


def add_image(product: Product, *, image: bytes, actor: Actor) -> ProductImage:
    """Add a picture behind those that a product has. Looked at, and written, before any lock is taken."""
    actor.require_writing()
    actor.require("billing.change_product", product)
    name = pictures.keep(FOLDER, pictures.normalized(image, pictures.within(SIDE), draft=SIDE))
    try:
        return attach_image(product, file=name, actor=actor)
    except BaseException:
        pictures.forget(name)
        raise


@domain_action(permission="billing.change_product")
def attach_image(product: Product, *, file: str, actor: Actor) -> ProductImage:
    """Let a file of the storage be a product's last picture. Refuses more than ten."""
    product = lock(product)
    if product.images.count() >= MOST_IMAGES:
        raise DomainError(_("A product has at most %(most)s pictures.") % {"most": MOST_IMAGES}, field="image")
    last = product.images.aggregate(last=Max("position"))["last"]
    image = ProductImage(product=product, file=file, position=0 if last is None else last + 1)
    image.save()
    record(actor, product, "product.image_added", image=[None, image.pk])
    return image


@domain_action(permission="billing.change_product")
def place_image(product: Product, image_id: int, *, position: int, actor: Actor) -> None:
    """Put a picture in a place, 0 being the first; the others move up."""
    product = lock(product)
    images = [*product.images.order_by("position", "pk")]
    image = _found(images, image_id)
    images.remove(image)
    images.insert(position, image)
    for place, one in enumerate(images):
        if one.position != place:
            ProductImage.objects.filter(pk=one.pk).update(position=place)
    record(actor, product, "product.images_ordered", images=[None, [one.pk for one in images]])


@domain_action(permission="billing.change_product")
def remove_image(product: Product, image_id: int, *, actor: Actor) -> None:
    """Remove a picture and its file."""
    product = lock(product)
    image = _found([*product.images.all()], image_id)
    image.delete()
    record(actor, product, "product.image_removed", image=[image_id, None])
    transaction.on_commit(lambda: pictures.forget(image.file))


def _found(images: list[ProductImage], image_id: int) -> ProductImage:
    for image in images:
        if image.pk == image_id:
            return image
    raise NotFound()
