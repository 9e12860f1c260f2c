"""Postal codes, and the links that are under way by mail."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.wording import call
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


@admin.register(PostalCode, site=operator_site)
class PostalCodeAdmin(PlatformAdmin):
    icon = "pin_drop"
    ordering = ("code",)
    list_display = ("code", "city", "municipality", "state")
    search_fields = ("^code",)
    search_help_text = _("The first digits of a code")
    fields: ClassVar[Any] = ("code", ("city", "municipality", "state"), "answer")


@admin.register(CatalogueLoad, site=operator_site)
class CatalogueLoadAdmin(PlatformAdmin):
    icon = "upload_file"
    list_display = ("loaded_at", "source", "codes", "colonies")
    fields: ClassVar[Any] = (("source", "loaded_at"), ("codes", "colonies"), "fingerprint")


@admin.register(OneTimeLink, site=operator_site)
class OneTimeLinkAdmin(PlatformAdmin):
    """Neither the secret, nor what it is made of."""

    icon = "link"
    list_display = ("purpose", "tenant", "subject_id", "expires_at")
    list_select_related = ("tenant",)
    list_filter = ("purpose",)
    fields: ClassVar[Any] = ("purpose", "tenant", "subject_id", "expires_at")
