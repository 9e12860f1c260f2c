"""The form of a deal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from crm.models import Contact, Deal, Stage
from leadercrm.core.admin_kit.forms import RefusableForm, RowsField
from leadercrm.core.admin_kit.site import tenant_site

STAGES = Stage.objects.select_related("pipeline").order_by("pipeline__position", "pipeline", "position", "id")


class StageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One stage of all pipelines, or of those that `queryset` is narrowed to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(STAGES.all(), widget=UnfoldAdminSelectWidget, label=_("Stage"), **kwargs)

    def label_from_instance(self, stage: Any) -> str:
        return f"{stage.pipeline.name} · {stage.name}"


class DealForm(RefusableForm):
    """A new deal is put into a stage; who takes part are contacts.

    What is left empty is the action's to say: the probability is the stage's then.
    """

    stage = StageChoice()
    contact_ids = RowsField(Deal, "contacts", Contact.objects.all, tenant_site, label=_("Contacts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "currency", "probability"):
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.pk is None:
            self.initial["probability"] = self.initial["amount"] = None
        else:
            self.initial["contact_ids"] = list(self.instance.contacts.order_by("pk").values_list("pk", flat=True))
