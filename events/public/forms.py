"""What people are asked for who register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def text(label: Any, most: int, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class RegistrationForm(forms.Form):
    """`place` is where no person types anything: it is out of sight."""

    use_required_attribute = True
    first_name = text(_("First name"), 255, "given-name")
    last_name = text(_("Last name"), 255, "family-name", required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = text(_("Phone"), 50, "tel", required=False)
    consent = forms.BooleanField(error_messages={"required": _("Without your consent we cannot register you.")})
    place = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def columns(self) -> dict[str, str]:
        """A new contact's names."""
        return {name: self.cleaned_data[name] for name in ("first_name", "last_name") if self.cleaned_data[name]}
