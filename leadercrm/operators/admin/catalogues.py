"""Postal codes, and the links that are under way by mail."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.wording import call
from leadercrm.core.text import fold
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.site import operator_site
from leadercrm.postal.models import CatalogueLoad, PostalCode
from leadercrm.tenancy.models import OneTimeLink

call(
    PostalCode, _("postal code"), _("postal codes"), code=_("code"), state=_("state"),
    municipality=_("municipality"), city=_("city"), answer=_("answer"),
)  # fmt: skip
call(
    CatalogueLoad, _("load of postal codes"), _("loads of postal codes"), source=_("source"),
    fingerprint=_("fingerprint"), codes=_("codes"), colonies=_("colonies"), loaded_at=_("on"),
)  # fmt: skip
call(
    OneTimeLink, _("mailed link"), _("mailed links"), purpose=_("purpose"), tenant=_("account"),
    subject_id=_("row"), expires_at=_("expires"),
)  # fmt: skip


ACCENTED, PLAIN = "áéíóúüñ", "aeiouun"
# `answer` holds the names of the state and the municipality as well. 32,000 rows are read; nothing waits for it.
WORDS = Func(
    Lower(Concat("code", Value(" "), "answer", output_field=TextField())),
    *(Value(ACCENTED), Value(PLAIN)),
    function="translate",
    output_field=TextField(),
)


@admin.register(PostalCode, site=operator_site)
class PostalCodeAdmin(PlatformAdmin):
    icon = "pin_drop"
    ordering = ("code",)
    list_display = ("code", "city", "municipality", "state")
    search_fields = ("code",)
    search_help_text = _("The first digits of a code, or words of a state, a municipality, a city or a colony")
    fields: ClassVar[Any] = (("code", "state"), ("municipality", "city"), "colonies")
    readonly_fields = ("colonies",)

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Codes that begin so, or places that all words are found in, with accents or without."""
        wanted = fold(search_term[:100]).split()
        if len(wanted) == 1 and wanted[0].isdigit():
            return queryset.filter(code__startswith=wanted[0]), False
        for word in wanted:
            queryset = queryset.alias(words=WORDS).filter(words__contains=word)
        return queryset, False

    @admin.display(description=_("colonies"))
    def colonies(self, row: PostalCode) -> str:
        return ", ".join(json.loads(row.answer)["colonies"])


@admin.register(CatalogueLoad, site=operator_site)
class CatalogueLoadAdmin(PlatformAdmin):
    icon = "upload_file"
    list_display = ("loaded_at", "source", "codes", "colonies")
    fields: ClassVar[Any] = (("source", "loaded_at"), ("codes", "colonies"), "fingerprint")


@admin.register(OneTimeLink, site=operator_site)
class OneTimeLinkAdmin(PlatformAdmin):
    """Neither the secret, nor what it is made of."""

    icon = "link"
    search_fields = ("=tenant__id", "=subject_id")
    list_display = ("id", "purpose", "tenant", "subject_id", "expires_at")
    list_select_related = ("tenant",)
    list_filter = ("purpose",)
    fields: ClassVar[Any] = ("purpose", "tenant", "subject_id", "expires_at")
