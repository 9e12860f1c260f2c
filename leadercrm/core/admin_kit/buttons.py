"""Buttons on a row's page: each carries out an action, after a page that says what will happen.

The page is asked for by GET and changes nothing; the action is a POST with a CSRF token. Unfold's
own detail actions carry out what they do on GET, where another site's link could set them off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from leadercrm.core.admin_kit.forms import show_refusal
from leadercrm.core.errors import DomainError, Forbidden, NotFound


def stands_for(action: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function that calls `action` be shown to whoever may do that."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function.permission = action.permission  # type: ignore[attr-defined]
        return function

    return decorate


class Question(forms.Form):
    """What a button asks before it acts; most ask nothing. `row` is the object that it stands on."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def arguments(self) -> Mapping[str, Any]:
        """What the action gets besides the row and the actor."""
        return self.cleaned_data


@dataclass(frozen=True)
class Button:
    """`action(row, **arguments, actor=actor)`, shown where `shown(row)`; `done` is said afterwards."""

    name: str
    label: Any
    action: Callable[..., Any]
    explanation: Any = ""
    done: Any = field(default_factory=lambda: _("Done."))
    icon: str = "bolt"
    danger: bool = False
    shown: Callable[[Any], bool] = lambda row: True
    question: type[Question] = Question


class ButtonsMixin:
    """For a ModelAdmin with `buttons`; each has the address `<id>/do/<name>/`."""

    buttons: ClassVar[Sequence[Button]] = ()
    model: Any
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.button_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_button"
        own = [path("<path:object_id>/do/<slug:name>/", view, name=name)]
        return own + super().get_urls()  # type: ignore[misc, no-any-return]

    def buttons_of(self, request: HttpRequest, row: Any) -> list[Button]:
        """Those that the actor may press on this row: what the action checks decides what is drawn."""
        return [button for button in self.buttons if self._may(request, button.action) and button.shown(row)]  # type: ignore[attr-defined]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context["actions_detail"] = [self._drawn(button, row) for button in self.buttons_of(request, row)]
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def _drawn(self, button: Button, row: Any) -> dict[str, Any]:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_button"
        address = reverse(name, args=(row.pk, button.name))
        variant = ActionVariant.DANGER if button.danger else ActionVariant.DEFAULT
        return {"title": button.label, "icon": button.icon, "path": address, "variant": variant, "attrs": {}}

    def button_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask, then act. Refused, it asks again and says why; nothing has happened then."""
        row, button = self._pressed(request, object_id, name)
        form = button.question(request.POST or None, request.FILES or None, row=row)
        if request.method == "POST" and form.is_valid():
            try:
                answer = self.press(request, row, button, form)
            except (Forbidden, NotFound):
                raise
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, button.done)
                return answer
        return self._asked(request, row, button, form)

    def press(self, request: HttpRequest, row: Any, button: Button, form: Question) -> HttpResponse:
        """Carry out the action and say where to go next."""
        button.action(row, **form.arguments(), actor=self.actor(request))  # type: ignore[attr-defined]
        still_there = self.get_object(request, str(row.pk)) is not None  # type: ignore[attr-defined]
        return redirect(self.address("change", row.pk) if still_there else self.address("changelist"))  # type: ignore[attr-defined]

    def _pressed(self, request: HttpRequest, object_id: str, name: str) -> tuple[Any, Button]:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        known: Sequence[Button] = [button for button in self.buttons if button.name == name]
        if row is None or not known or not known[0].shown(row):
            raise Http404
        if not self._may(request, known[0].action):  # type: ignore[attr-defined]
            raise PermissionDenied
        return row, known[0]

    def _asked(self, request: Any, row: Any, button: Button, form: Question) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": str(row),
            "object": row,
            "opts": self.opts,
            "button": button,
            "form": form,
            "back": self.address("change", row.pk),  # type: ignore[attr-defined]
            "media": form.media,
        }
        return TemplateResponse(request, "admin_kit/button.html", context)
