"""Filters of products, for the API and the pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing.models import Product
from leadercrm.core.api.filters import FlagFilter, IdFilter, SearchFilter, WrittenFilterSet


class ActiveOnlyFilter(FlagFilter):
    """With false, those that are no longer sold are there, too."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(is_active=True) if value else queryset


class ProductFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names, SKUs or descriptions."))
    active_only = ActiveOnlyFilter(label=_("true: only those that are sold."))
    category_id = IdFilter(field_name="category_id", label=_("The category that they are in."))

    class Meta:
        model = Product
        fields: list[Any] = []
