"""The JSON rows of products and their categories."""

from django.db.models import Case, JSONField, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from billing.models import Product, ProductCategory, ProductImage
from billing.models.documents import TaxFactor
from leadercrm.core.api.columns import JsonObject, Number, Param, Slot, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import INTEGER, TEXT, URL, list_of, nullable, one_of, record

# Addresses are absolute (G-31): the request says what this server is called.
IMAGES_OF = """
    (SELECT coalesce(json_agg(json_build_object('id', i.id, 'url', %s::text || '/storage/' || i.file,
                                                'position', i.position) ORDER BY i.position, i.id), '[]')
     FROM billing_productimage i WHERE i.product_id = "billing_product".id)
"""
IMAGE = record({"id": INTEGER, "url": URL, "position": INTEGER}, "ProductImage")
PRODUCT_COLUMNS = {
    "id": "id",
    "name": "name",
    "sku": "sku",
    "description": "description",
    "unit_price": Number("unit_price"),
    "tax_rate": Number("tax_rate"),
    "tax_factor": "tax_factor",
    "currency": "currency",
    "is_active": "is_active",
    "category": Case(
        When(category__isnull=False, then=JsonObject(id="category_id", name="category__name")),
        output_field=JSONField(),
    ),
    "images": RawSQL(IMAGES_OF, (Slot("base_url"),), JSONField()),  # noqa: S611 - our own names
    "sat_product_key": "sat_product_key",
    "sat_unit_key": "sat_unit_key",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
PRODUCTS = JsonRows(
    Product.objects.all,
    PRODUCT_COLUMNS,
    owned=False,
    types={
        "tax_factor": one_of(TaxFactor.values),
        "category": nullable(record({"id": INTEGER, "name": TEXT}, "CategoryOfProduct")),
        "images": list_of(IMAGE),
    },
)
# Found to be restored; nobody reads them.
DELETED_PRODUCTS = JsonRows(
    lambda: Product.with_deleted.filter(deleted_at__isnull=False), {"id": "id"}, owned=False, living=False
)
IMAGE_URL = Concat(Param("base_url", TextField()), Value("/storage/"), "file", output_field=TextField())
IMAGES = JsonRows(
    ProductImage.objects.all,
    {"id": "id", "url": IMAGE_URL, "position": "position"},
    order=("position", "id"),
    owned=False,
    living=False,
)
CATEGORIES = JsonRows(ProductCategory.objects.all, {"id": "id", "name": "name"}, owned=False, living=False)
