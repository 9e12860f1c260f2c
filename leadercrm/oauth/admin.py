"""Clients of all accounts, for operators. No secret, no code and no hash of one is on these pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.wording import call
from leadercrm.oauth.models import Client
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.site import operator_site

call(
    Client, _("program that connects"), _("programs that connect"), client_id=_("identifier"), name=_("name"),
    registration_source=_("known by"), client_type=_("kind"), redirect_uris=_("addresses to go back to"),
    created=_("created"), cimd_expires_at=_("document good until"),
)  # fmt: skip


@admin.register(Client, site=operator_site)
class ClientAdmin(PlatformAdmin):
    """They belong to no account; what somebody has let them do is a token of the kind "oauth"."""

    icon = "hub"
    list_display = ("id", "name", "client_id", "registration_source", "client_type", "created")
    list_filter = ("registration_source", "client_type")
    search_fields = ("=client_id", "name")
    fields: ClassVar[Any] = (
        ("name", "client_id"), ("registration_source", "client_type"), "redirect_uris", ("created", "cimd_expires_at"),
    )  # fmt: skip
