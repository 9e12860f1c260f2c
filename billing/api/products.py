"""Products under /api/v1."""

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.actions.product_images import add_image, attach_image, place_image, remove_image
from billing.actions.products import (
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    delete_product,
)
from billing.api.resources import CATEGORY, PRODUCT
from billing.api.serializers_products import CategoryInput, ImageInput, PlaceInput, ProductInput
from billing.filters_products import ProductFilter
from billing.queries_products import CATEGORIES, IMAGE, IMAGES, PRODUCTS
from leadercrm.core.api.columns import Param
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import Paging, base_url, list_response
from leadercrm.core.api.shapes import page
from leadercrm.core.api.uploads import Upload, is_form, read_upload
from leadercrm.core.api.views import TenantViewSet


class ProductViewSet(TenantViewSet):
    resource = PRODUCT
    rows = PRODUCTS
    filters = ProductFilter.base_filters
    serializer_class = ProductInput
    create_action = create_product
    update_action = change_product
    delete_action = delete_product
    deleted_message = _("Product deleted.")

    def given(self) -> dict[str, Any]:
        return {"base_url": base_url(self.request)}


class ProductImagesViewSet(ProductViewSet):
    """The pictures of a product. What changes them answers with the product."""

    most_bytes = settings.LARGEST_UPLOAD

    @described(_("List a product's pictures"), id="listProductImages", returns=page(IMAGE))
    def list(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        """In their order."""
        product, paging = self.row(pk), Paging.of(request)
        found = IMAGES.page(
            self.actor,
            limit=paging.per_page,
            offset=paging.offset,
            values={**self.given(), "product": product.pk},
            key=("product",),
            narrow=_of_product,
            cacheable=False,
        )
        return list_response(request, found, paging)

    @described(
        _("Add a picture to a product"),
        id="addProductImage",
        act=attach_image,
        details=_("A JPEG, PNG or WebP of at most 10 MB: a form's file, or Base64 in JSON."),
        body=ImageInput,
        upload="image",
        status=201,
    )
    def add(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add the picture in `image` behind the others; answers with the product."""
        product = self.row(pk)
        sent = read_upload(request, "image") if is_form(request) else Upload(self.cleaned(ImageInput)["image"])
        add_image(product, image=sent.content, name=sent.name, actor=self.actor)
        return self.answer(pk, 201)


class ProductImageViewSet(ProductViewSet):
    """One of them."""

    @described(_("Put a product's picture in another place"), id="placeProductImage", act=place_image, body=PlaceInput)
    def place(self, request: HttpRequest, pk: int, image_id: int) -> HttpResponse:
        """Put the picture in `position`, 0 being the first; answers with the product."""
        place_image(self.row(pk), image_id, position=self.cleaned(PlaceInput)["position"], actor=self.actor)
        return self.answer(pk)

    @described(_("Remove a product's picture"), id="deleteProductImage", act=remove_image)
    def remove(self, request: HttpRequest, pk: int, image_id: int) -> HttpResponse:
        """Remove the picture and its file; answers with the product."""
        remove_image(self.row(pk), image_id, actor=self.actor)
        return self.answer(pk)


def _of_product(images: QuerySet[Any]) -> QuerySet[Any]:
    return images.filter(product_id=Param("product", BigIntegerField()))


class CategoryViewSet(TenantViewSet):
    resource = CATEGORY
    rows = CATEGORIES
    serializer_class = CategoryInput
    create_action = create_category
    update_action = change_category
    delete_action = delete_category
    deleted_message = _("Product category deleted.")
