"""Products and their categories in a tenant's admin site."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from billing.actions.product_images import add_image, place_image, remove_image
from billing.actions.products import (
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    delete_product,
)
from billing.api.serializers_products import CategoryInput, ProductInput
from billing.models import Product, ProductCategory, ProductImage
from crm.admin.columns import number_of
from leadercrm.core.admin_kit.buttons import Button, Question, stands_for
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Product, _("product"), _("products"), name=_("name"), sku=_("SKU"), description=_("description"),
    unit_price=_("unit price"), tax_rate=_("tax rate"), tax_factor=_("tax factor"), currency=_("currency"),
    is_active=_("is sold"), category=_("category"), sat_product_key=_("SAT product key"),
    sat_unit_key=_("SAT unit key"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(ProductCategory, _("product category"), _("product categories"), name=_("name"))


class FileQuestion(Question):
    """A file from the computer. What it must be, the action says."""

    image = forms.FileField(label=_("Picture"), widget=UnfoldAdminFileFieldWidget)

    def clean_image(self) -> Any:
        file = self.cleaned_data["image"]
        if file.size > settings.LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file

    def arguments(self) -> Mapping[str, Any]:
        file = self.cleaned_data["image"]
        return {"image": file.read(), "name": file.name}


class PictureQuestion(Question):
    """One of the product's pictures, by its number."""

    picture = forms.TypedChoiceField(label=_("Picture"), coerce=int, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field: Any = self.fields["picture"]
        field.choices = [(one.pk, place) for place, one in enumerate(in_order(row), start=1)]

    def arguments(self) -> Mapping[str, Any]:
        return {"image_id": self.cleaned_data["picture"]}


class FirstQuestion(PictureQuestion):
    """The one that is to stand for the product."""

    def arguments(self) -> Mapping[str, Any]:
        return {**super().arguments(), "position": 0}


def in_order(product: Product) -> list[ProductImage]:
    return [*product.images.order_by("position", "pk")]


def _pictured(least: int) -> Any:
    """Shown where there are at least so many pictures."""
    return lambda row: not in_bin(row) and row.images.count() >= least


@admin.register(Product, site=tenant_site)
class ProductAdmin(ActionAdmin):
    section, icon, counted = "billing", "sell", True
    create_action, update_action, delete_action = create_product, change_product, delete_product
    serializer = ProductInput
    search_column = "search"
    annotations: ClassVar[Any] = {"pictures_number": number_of(ProductImage.objects.all(), "product")}
    list_display = (
        "name", "sku", "category", money("unit_price", _("unit price")), "rate", "tax_factor", "is_active",
        "pictures_counted",
    )  # fmt: skip
    list_select_related = ("category",)
    list_filter = ("is_active", "category", "tax_factor")
    autocomplete_fields = ("category",)
    readonly_fields = ("pictures", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "sku"), "description", ("category", "is_active"), "pictures")}),
        (_("Price"), {"fields": (("unit_price", "currency"), ("tax_factor", "tax_rate"))}),
        ("SAT", {"fields": (("sat_product_key", "sat_unit_key"),)}),
        (_("Record"), {"fields": (("created_at", "updated_at"),)}),
    )

    buttons = (
        Button(
            "picture",
            _("Add a picture"),
            stands_for(change_product)(add_image),
            explanation=_("A JPEG, PNG or WebP of at most 10 MB. Only its pixels are kept."),
            icon="add_photo_alternate",
            shown=_pictured(0),
            question=FileQuestion,
        ),
        Button("first", _("Put a picture first"), place_image, icon="star", shown=_pictured(2), question=FirstQuestion),
        Button(
            "remove-picture",
            _("Remove a picture"),
            remove_image,
            icon="hide_image",
            danger=True,
            shown=_pictured(1),
            question=PictureQuestion,
        ),
    )

    @admin.display(description=_("tax rate"))
    def rate(self, row: Product) -> str:
        return f"{row.tax_rate.normalize():f} %"

    @admin.display(description=_("pictures"))
    def pictures(self, row: Product) -> str:
        return render_to_string("admin_kit/_pictures.html", {"files": [one.file for one in in_order(row)]})

    @admin.display(description=_("pictures"))
    def pictures_counted(self, row: Any) -> int:
        return int(row.pictures_number)


@admin.register(ProductCategory, site=tenant_site)
class ProductCategoryAdmin(ActionAdmin):
    section, icon = "billing", "category"
    create_action, update_action, delete_action = create_category, change_category, delete_category
    serializer = CategoryInput
    annotations: ClassVar[Any] = {
        "products_number": Count("products", filter=Q(products__deleted_at__isnull=True)),
    }
    list_display = ("name", "products_number")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name",)

    @admin.display(description=_("products"))
    def products_number(self, row: Any) -> int:
        return int(row.products_number)
