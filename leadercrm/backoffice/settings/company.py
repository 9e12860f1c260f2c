"""What the company is called on its papers, its logo and colour; where its clients pay; taxes and terms."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.branding import change_branding, change_logo, set_logo
from billing.actions.settings import change_terms
from billing.api.branding import BrandingInput
from billing.api.serializers_documents import TermsInput
from billing.pdf.branding import TEXTS
from billing.terms import Terms, terms
from crm.backoffice.options import deal_stages
from leadercrm.backoffice.settings.base import ChosenForm, InSettings
from leadercrm.core.currencies import CURRENCIES
from leadercrm.core.errors import DomainError
from leadercrm.core.models import Counter
from leadercrm.core.numbering import DIGITS
from leadercrm.core.web.branding import SETTINGS_KEY, house
from leadercrm.core.web.colours import DEFAULT
from leadercrm.core.web.forms import Field
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.models import Tenant

CHANGE = "billing.change_settings"
LARGEST_LOGO = 5 * 1024 * 1024
PREFIXES = (("quote", "COT", _("Quotes")), ("invoice", "FAC", _("Invoices")), ("contract", "CTR", _("Contracts")))


class CompanyPage(ChosenForm):
    """The letterhead: what stands at the head of each paper."""

    template = "backoffice/settings/company.html"
    title = _("Letterhead")
    place_in = "company"
    address = "web:settings-company"
    required_permission = CHANGE
    serializer = BrandingInput
    fields = (
        Field("legal_name", _("Name or legal name"), half=False),
        Field("tax_id", _("RFC")),
        Field("tax_regime", _("Tax regime")),
        Field("address", _("Address"), "area", half=False),
        Field("email", _("E-mail address"), "email"),
        Field("phone", _("Phone"), "tel"),
        Field("website", _("Website")),
        Field(
            "colour",
            _("Colour"),
            "colour",
            hint=_("Headings and buttons of papers, mails and public pages. Too light a colour is darkened there."),
        ),
    )

    def chosen(self) -> dict[str, Any]:
        settings = Tenant.objects.values_list("settings", flat=True).get(pk=current_tenant().id)
        found = settings.get(SETTINGS_KEY) or {}
        return {**{name: found.get(name) for name in TEXTS}, "colour": found.get("colour") or DEFAULT}

    def beside(self) -> dict[str, Any]:
        return {"house": house()}

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        return change_branding(values, actor=self.actor)


class LogoPage(InSettings):
    """Take a picture as the logo, or take the logo away."""

    http_method_names = ["post"]
    required_permission = CHANGE

    def post(self, request: HttpRequest) -> HttpResponse:
        if "remove" in request.POST:
            set_logo(name=None, actor=self.actor)
            toast(request, _("The logo is gone. Papers show the name in its place."))
            return see_other(reverse("web:settings-company"))
        picture = request.FILES.get("image")
        if picture is None:
            raise DomainError(_("Choose a picture first, PNG or JPEG."), field="image")
        if (picture.size or 0) > LARGEST_LOGO:
            raise DomainError(_("The picture is too large. Choose one of at most 5 MB."), field="image")
        change_logo(image=picture.read(), actor=self.actor)
        toast(request, _("This is the logo from now on."))
        return see_other(reverse("web:settings-company"))


def currencies() -> Iterable[tuple[Any, Any]]:
    return [(code, code) for code in sorted(CURRENCIES)]


class TermsPage(ChosenForm):
    """What documents have where nobody says otherwise, and the account that clients pay into."""

    template = "backoffice/settings/terms.html"
    title = _("Documents and bank")
    place_in = "terms"
    address = "web:settings-terms"
    required_permission = CHANGE
    serializer = TermsInput
    fields = (
        Field("bank_name", _("Bank"), hint=_("Printed on invoices that wait to be paid.")),
        Field("bank_holder", _("Account holder")),
        Field("bank_clabe", _("CLABE"), "number", hint=_("18 digits; the last one is checked against the others.")),
        Field("currency", _("Currency"), "choice", options=currencies),
        Field("tax_rate", _("Tax rate in percent"), "number", hint=_("IVA is 16 %, and 8 % in the border region.")),
        Field("payment_days", _("Days to pay"), "number"),
        Field("contract_notice_days", _("Days of notice before a contract ends"), "number"),
        Field("approved_stage_id", _("Stage that an approved quote moves its deal to"), "choice", options=deal_stages),
        Field(
            "reminder_days",
            _("Reminders of invoices"),
            "numbers",
            hint=_("Days counted from the due date, with commas between them: -3 is three days before it."),
            half=False,
        ),
    )

    def chosen(self) -> dict[str, Any]:
        now: Terms = terms()
        rate = format(now.tax_rate.normalize(), "f")
        return {**{field.name: getattr(now, field.name) for field in self.fields}, "tax_rate": rate}

    def beside(self) -> dict[str, Any]:
        last = dict(Counter.objects.values_list("kind", "last"))
        numbers = [
            {"label": label, "next": f"{prefix}-{last.get(kind, 0) + 1:0{DIGITS}d}"} for kind, prefix, label in PREFIXES
        ]
        return {"numbers": numbers}

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        return change_terms(values, actor=self.actor)
