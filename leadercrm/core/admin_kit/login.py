"""What both login pages share."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import BASE_INPUT_CLASSES

from leadercrm.core.admin_kit.site import ActorSite

LOOK = " ".join(BASE_INPUT_CLASSES)


class LoginForm(forms.Form):
    """E-mail address and password. Unfold's login page calls the first one `username`."""

    username = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=255,
        widget=forms.EmailInput({"class": LOOK, "autocomplete": "username", "autofocus": ""}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"class": LOOK, "autocomplete": "current-password"}),
    )

    def refuse(self, refusal: Any) -> None:
        """Show why the login was refused. It names no field: that would tell which of the two was wrong."""
        self.add_error(None, f"{refusal.message} {refusal.hint}".strip())


def next_page(request: HttpRequest, index: str) -> str:
    """Where somebody wanted to go before they had to log in: a page of this same site."""
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own and wanted.startswith(index) else index


def login_page(request: Any, site: ActorSite, form: LoginForm) -> HttpResponse:
    """The page with the form; Unfold's own."""
    request.current_app = site.name
    context = {
        **site.each_context(request),
        "title": _("Log in"),
        "form": form,
        "app_path": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/login.html", context)
