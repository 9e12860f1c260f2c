"""Addresses of billing."""

from django.urls import path

from billing.api.products import CategoryViewSet, ProductImagesViewSet, ProductImageViewSet, ProductViewSet
from billing.api.urls_documents import urlpatterns as documents
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()
router.register("products", ProductViewSet, basename="product")
router.register("product-categories", CategoryViewSet, basename="product-category")

urlpatterns = [
    path(
        "products/<int:pk>/images", ProductImagesViewSet.as_view({"get": "list", "post": "add"}), name="product-images"
    ),
    path(
        "products/<int:pk>/images/<int:image_id>",
        ProductImageViewSet.as_view({"put": "place", "delete": "remove"}),
        name="product-image",
    ),
    *documents,
    *router.urls,
]
