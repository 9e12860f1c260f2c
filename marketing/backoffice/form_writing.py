"""Writing a form: its fields by drag, and how it will look while it is being written."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from crm.backoffice.options import users
from crm.queries_custom import custom_fields
from leadercrm.core.errors import DomainError
from leadercrm.core.web.branding import house
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.pages import Page
from marketing.actions.forms import change_form, create_form
from marketing.answers import CONSENT, HONEYPOT, STAMP
from marketing.api.serializers_forms import FormInput
from marketing.backoffice.form_fields import CALLED, Row, as_drawn, read_fields, rows_of
from marketing.backoffice.options import assignments
from marketing.models import FieldKind, Form
from marketing.models.form import default_fields
from marketing.public.inputs import inputs_of
from marketing.queries_forms import FORMS

# A form in its frame: nothing of it runs or is sent.
FRAMED = "sandbox; default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'self'"
FIRST = ("name", "source", "title", "intro", "is_active")
# The rest of the page, under headings.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Who gets the contacts"), ("assignment", "owner_id", "assignee_ids", "names_owner")),
    (_("Consent"), ("consent_text", "consent_version", "consent_required", "double_opt_in")),
    (_("Afterwards"), ("thanks_text", "redirect_url", "min_seconds")),
)
SHOWN = ("name", "title", "intro", "consent_text")
MOST_SHOWN = 5000


class LeadFormEdit(FormPage):
    """Make a form, or change one."""

    template = "marketing/backoffice/form_form.html"
    section = "forms"
    required_permission = "marketing.change_form"
    rows = FORMS
    serializer = FormInput
    create_action, update_action = create_form, change_form
    place = ("web:forms", "web:form", _("New form"), _("Edit form"))
    fields = (
        Field("name", _("Name"), hint=_("Only your team sees it, unless there is no title.")),
        Field("source", _("Origin"), hint=_("The contacts that come by it get this origin.")),
        Field("title", _("Title"), half=False),
        Field("intro", _("Introduction"), "area", half=False),
        Field("is_active", _("It takes submissions"), "flag", half=False),
        Field("assignment", _("New contacts go to"), "choice", options=assignments),
        Field("owner_id", _("Always the same person"), "choice", options=users),
        Field(
            "assignee_ids", _("Who takes turns"), "checks", options=users, half=False,
            hint=_("None chosen: everybody who sells. Whoever is away is left out."),
        ),
        Field("names_owner", _("Its answer names who will call"), "flag", half=False),
        Field(
            "consent_text", _("What people consent to"), "area", half=False,
            hint=_("Empty: nobody is asked. Each submission keeps the words of its day."),
        ),
        Field("consent_version", _("Version of that text")),
        Field("consent_required", _("Nothing can be sent without consent"), "flag", half=False),
        Field("double_opt_in", _("Consent holds once it is confirmed by mail"), "flag", half=False),
        Field("thanks_text", _("Text of thanks"), "area", half=False),
        Field("redirect_url", _("Or go on to this address"), half=False, hint=_("It begins with https://.")),
        Field("min_seconds", _("Least seconds to fill it in"), "number", hint=_("Who is faster is spam.")),
    )  # fmt: skip

    def preset(self) -> dict[str, Any]:
        defaults = {"assignment": "round_robin", "source": "form", "is_active": True, "names_owner": True}
        return {"owner_id": self.actor.user_id, "min_seconds": 2, "fields": default_fields(), **defaults}

    def _body(self, data: QueryDict) -> dict[str, Any]:
        return {**super()._body(data), "fields": read_fields(data)}

    def _form(
        self,
        values: Mapping[str, Any],
        row: dict[str, Any] | None,
        errors: Mapping[str, Any],
        refusal: DomainError | None = None,
    ) -> dict[str, Any]:
        inner = {path: texts for path, texts in errors.items() if path.startswith("fields.")}
        rest = {path: texts for path, texts in errors.items() if path not in inner}
        form = super()._form(values, row, rest, refusal)
        shown = {each.field.name: each for each in form["fields"]}
        return {
            **form,
            "fields": [shown[name] for name in FIRST],
            "own_fields": custom_fields(),
            "groups": [(title, [shown[name] for name in names]) for title, names in GROUPS],
            "lines": [*rows_of(values.get("fields") or [], inner), Row()],
            "kinds": FieldKind.choices,
            "targets": CALLED.items(),
        }


class LeadFormDraft(Page):
    """A form as it is being written, as its page will be: for a frame."""

    http_method_names = ["post"]
    required_permission = "marketing.change_form"

    def post(self, request: HttpRequest) -> HttpResponse:
        typed = {name: request.POST.get(name, "")[:MOST_SHOWN] for name in SHOWN}
        flags = {"consent_required": "consent_required" in request.POST}
        form = Form(**typed, **flags, fields=as_drawn(read_fields(request.POST)))
        response = render(request, "marketing/public/form.html", preview_of(form, request))
        response.headers["Content-Security-Policy"] = FRAMED
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response


def preview_of(form: Form, request: Any) -> dict[str, Any]:
    """What the public page's template needs to draw a form that is not stored."""
    brand = house()
    return {
        "form": form,
        "brand": brand,
        "theme": brand.theme,
        "lang": request.user.language[:2],
        "framed": True,
        "still": True,
        "inputs": inputs_of(form, {}, {}),
        "names": {"stamp": STAMP, "honeypot": HONEYPOT, "consent": CONSENT},
        "origin": {},
    }
