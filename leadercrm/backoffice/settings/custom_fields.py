"""The fields that contacts have beyond those that everybody has."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.custom_fields import (
    MANAGE,
    change_custom_field,
    create_custom_field,
    delete_custom_field,
    order_custom_fields,
)
from crm.api.serializers import CustomFieldInput
from crm.models import CustomField, FieldType
from crm.queries_custom import CUSTOM_FIELDS, custom_fields
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.pages import see_other


class CustomFieldsPage(InSettings):
    """All of them, in the order that pages and forms have them in. Sent, one goes up or down."""

    template = "backoffice/settings/custom_fields.html"
    title = _("Fields of contacts")
    place_in = "fields"
    required_permission = MANAGE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return {"rows": [(field, FieldType(field.type).label) for field in custom_fields()]}

    def post(self, request: HttpRequest) -> HttpResponse:
        order = moved([field.pk for field in custom_fields()], request.POST)
        order_custom_fields(order, actor=self.actor)
        return see_other(reverse("web:settings-fields"))


def moved(ids: list[int], data: QueryDict) -> list[int]:
    """The ids with the one named in `up` or `down` a place further; unchanged where there is none."""
    for name, by in (("up", -1), ("down", 1)):
        chosen = [at for at, pk in enumerate(ids) if str(pk) == data.get(name)]
        for at in chosen:
            to = min(max(at + by, 0), len(ids) - 1)
            ids[at], ids[to] = ids[to], ids[at]
    return ids


class CustomFieldForm(InSettings, FormPage):
    """Define a field, or change its definition."""

    template = "backoffice/settings/custom_field.html"
    place_in = "fields"
    required_permission = MANAGE
    rows = CUSTOM_FIELDS
    serializer = CustomFieldInput
    create_action, update_action = create_custom_field, change_custom_field
    place = ("web:settings-fields", "web:settings-field", _("New field"), _("Change field"))
    fields = (
        Field("label", _("Name")),
        Field("type", _("Type"), "choice", options=lambda: FieldType.choices),
        Field("key", _("Key"), hint=_("What the API, imports and segments call it. Empty: made of the name.")),
        Field("required", _("It must be filled in"), "flag"),
        Field("choices", _("Choices"), "lines", hint=_("One on each line, for the type of that name."), half=False),
    )

    def asked(self) -> tuple[Field, ...]:
        """The key of a field stays as it is."""
        return tuple(field for field in self.fields if field.name != "key" or "pk" not in self.kwargs)

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse("web:settings-fields")

    def after(self, saved: CustomField) -> str:
        return reverse("web:settings-fields")


class CustomFieldDelete(ActPage):
    rows = CUSTOM_FIELDS
    required_permission = MANAGE
    action = delete_custom_field
    done = _("The field is gone. What contacts have in it stays, under its key.")
    then_list = "web:settings-fields"
