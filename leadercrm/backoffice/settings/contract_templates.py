"""Templates of contracts: their text, with fields that are filled in from the contract."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.contracts import change_contract_template, create_contract_template, delete_contract_template
from billing.api.serializers_documents import TemplateInput
from billing.merging import FIELDS
from billing.queries_documents import CONTRACT_TEMPLATES
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Column, ListPage

CHANGE = "billing.change_contract_template"


class TemplateList(InSettings, ListPage):
    title = _("Contract templates")
    place_in = "templates"
    required_permission = CHANGE
    rows = CONTRACT_TEMPLATES
    columns = (Column("name", _("Name"), "title", sort="name"),)
    row_url = "web:settings-template"
    new_url = "web:settings-template-new"
    new_label = _("New template")
    new_permission = "billing.create_contract_template"
    empty_title = _("No templates yet")
    empty_text = _("Write a contract once, and begin the next ones from it.")


class TemplateForm(InSettings, FormPage):
    template = "backoffice/settings/template.html"
    place_in = "templates"
    required_permission = CHANGE
    rows = CONTRACT_TEMPLATES
    serializer = TemplateInput
    fields = (Field("name", _("Name"), half=False), Field("body", _("Text"), "area", half=False))
    create_action = create_contract_template
    update_action = change_contract_template
    place = ("web:settings-templates", "web:settings-template", _("New template"), _("Change template"))

    def beside(self) -> dict[str, Any]:
        return {"merge_fields": [f"[[{name}]]" for name in FIELDS]}

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse("web:settings-templates")

    def after(self, saved: Any) -> str:
        return reverse("web:settings-templates")


class TemplateDelete(ActPage):
    rows = CONTRACT_TEMPLATES
    required_permission = "billing.delete_contract_template"
    action = delete_contract_template
    done = _("The template is gone. Contracts that were made from it stay.")
    then_list = "web:settings-templates"
