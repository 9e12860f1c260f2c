"""How a tenant presents itself on its papers, under /api/v1/billing/branding."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from billing.actions.branding import change_branding, change_logo, set_logo
from billing.api.resources import BRANDING
from billing.api.serializers_documents import optional
from billing.api.serializers_products import ImageInput
from billing.pdf.branding import TEXTS
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import Color, EmailText, Text
from leadercrm.core.api.responses import base_url, json_response
from leadercrm.core.api.shapes import TEXT, URL, data, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.core.web.branding import SETTINGS_KEY
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.models import Tenant

SHAPE = record({**{name: nullable(TEXT) for name in TEXTS}, "logo_url": nullable(URL)}, "Branding")


class BrandingInput(serializers.Serializer[Any]):
    """`colour` as #RRGGBB: papers take the lightest shade of it that can be read on white."""

    colour = optional(Color)
    legal_name = optional(Text, max_length=255)
    tax_id = optional(Text, max_length=100)
    tax_regime = optional(Text, max_length=100)
    address = optional(Text, max_length=500)
    email = optional(EmailText, max_length=255)
    phone = optional(Text, max_length=50)
    website = optional(Text, max_length=255)


class BrandedView(ApiView):
    """What answers with the branding as it is."""

    resource = BRANDING
    required_permission = "billing.view_settings"

    def shown(self) -> HttpResponse:
        settings = Tenant.objects.values_list("settings", flat=True).get(pk=current_tenant().id)
        chosen = settings.get(SETTINGS_KEY) or {}
        logo = f"{base_url(self.request)}/storage/{chosen['logo']}" if chosen.get("logo") else None
        return json_response({"data": {**{name: chosen.get(name) for name in TEXTS}, "logo_url": logo}})


class BrandingView(BrandedView):
    @described(_("Read how the tenant presents itself on its papers"), id="getBranding", returns=data(SHAPE))
    def get(self, request: HttpRequest) -> HttpResponse:
        """Colour, logo, and what the letterhead says."""
        return self.shown()

    @described(
        _("Change how the tenant presents itself on its papers"),
        id="changeBranding",
        act=change_branding,
        body=BrandingInput,
        partial=True,
        returns=data(SHAPE),
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        """Change some of it; null takes it away."""
        change_branding(self.cleaned(BrandingInput, partial=True), actor=self.actor)
        return self.shown()

    patch = put


class LogoView(BrandedView):
    @described(_("Set the tenant's logo"), id="setLogo", act=set_logo, body=ImageInput, returns=data(SHAPE))
    def put(self, request: HttpRequest) -> HttpResponse:
        """Make the logo of the picture in `image`, transparent where that is."""
        change_logo(image=self.cleaned(ImageInput)["image"], actor=self.actor)
        return self.shown()

    @described(_("Remove the tenant's logo"), id="deleteLogo", act=set_logo, returns=data(SHAPE))
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Let the papers have no logo."""
        set_logo(name=None, actor=self.actor)
        return self.shown()
