"""What clients are asked for. The shape is judged here, the rest by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.drawing import MOST_BYTES, signature_png


def text(label: Any, autocomplete: str = "off", **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=255, widget=widget, **options)


class ClientForm(forms.Form):
    """`face` is what was shown: billing.rendering.face_of."""

    use_required_attribute = True
    face = forms.RegexField(r"[0-9a-f]{64}\Z", widget=forms.HiddenInput)


class SignatureForm(ClientForm):
    """Name, e-mail address, a signature that is typed or drawn, and consent."""

    name = text(_("Your name"), "name")
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=255, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    typed = text(_("Type your full name as your signature"), required=False)
    drawn = forms.CharField(max_length=MOST_BYTES, required=False, widget=forms.HiddenInput)
    consent = forms.BooleanField(error_messages={"required": _("Without your consent it cannot be done.")})

    def clean(self) -> dict[str, Any]:
        """A drawing counts before a typed name; one of the two has to be there."""
        values: dict[str, Any] = self.cleaned_data
        if values.get("drawn"):
            values["typed"] = ""
        elif not values.get("typed") and "typed" not in self.errors:
            self.add_error("typed", _("Draw your signature, or type it."))
        return values

    def drawing(self) -> bytes | None:
        """The drawn signature as a PNG of ours. Raises a DomainError for one that is no use."""
        return signature_png(self.cleaned_data["drawn"]) if self.cleaned_data["drawn"] else None


class ContractForm(SignatureForm):
    company = text(_("Company that you sign for"), "organization", required=False)
    field_order = ("name", "email", "company")


class RefusalForm(ClientForm):
    """Why a quote is declined."""

    name = text(_("Your name"), "name", required=False)
    reason = forms.CharField(
        label=_("Why does it not suit you?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VerifyForm(forms.Form):
    """A file, or the code on it."""

    file = forms.FileField(label=_("PDF file"), required=False, allow_empty_file=True)
    code = forms.CharField(label=_("Code"), max_length=100, required=False)
