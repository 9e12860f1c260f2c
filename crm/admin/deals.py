"""Deals, and the way that each has gone, in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from crm.actions.deals import change_deal, create_deal, delete_deal, move_stage, restore_deal
from crm.api.serializers import DealInput
from crm.models import Contact, Deal, Stage, StageChange
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.forms import RefusableForm, RowsField
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Deal, _("deal"), _("deals"), name=_("name"), pipeline=_("pipeline"), stage=_("stage"), amount=_("amount"),
    currency=_("currency"), probability=_("probability, %"), expected_close_date=_("expected close"),
    owner=_("owner"), company=_("company"), closed_at=_("closed"), lost_reason=_("reason of loss"),
    stage_entered_at=_("in this stage since"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    StageChange, _("stage change"), _("stage changes"), deal=_("deal"), from_stage=_("from"), to_stage=_("to"),
    user=_("by"), at=_("on"), stayed=_("stayed"),
)  # fmt: skip


class DealForm(RefusableForm):
    """Those who take part are a list of contacts."""

    contact_ids = RowsField(Deal, "contacts", Contact.objects.all, tenant_site, label=_("Contacts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["contact_ids"] = list(self.instance.contacts.values_list("pk", flat=True))


class MoveQuestion(Question):
    """Where to; and why, if it is lost."""

    stage_id = forms.TypedChoiceField(label=_("Stage"), coerce=int, widget=UnfoldAdminSelectWidget)
    lost_reason = forms.CharField(
        label=_("Reason of loss"), max_length=255, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        stages = Stage.objects.filter(pipeline_id=row.pipeline_id).order_by("position", "pk")
        field: Any = self.fields["stage_id"]
        field.choices = [(stage.pk, stage.name) for stage in stages]
        self.initial["stage_id"] = row.stage_id

    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "lost_reason": self.cleaned_data["lost_reason"] or None}


@admin.register(Deal, site=tenant_site)
class DealAdmin(ActionAdmin):
    section, icon, counted = "sales", "handshake", True
    form = DealForm
    create_action, update_action, delete_action = create_deal, change_deal, delete_deal
    serializer = DealInput
    search_column = "search"
    list_display = ("name", "stage", "amount", "currency", "owner", "company", "expected_close_date", "created_at")
    list_select_related = ("stage", "owner", "company")
    list_filter = ("pipeline", "stage__type", "owner")
    autocomplete_fields = ("company", "owner")
    readonly_fields = ("closed_at", "stage_entered_at", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", ("pipeline", "stage"), ("amount", "currency"), "probability")}),
        (_("Who"), {"fields": ("owner", "company", "contact_ids")}),
        (_("When"), {"fields": ("expected_close_date", ("stage_entered_at", "closed_at"), "lost_reason")}),
        (_("More"), {"fields": (("created_at", "updated_at"),)}),
    )
    buttons = (
        Button(
            "move",
            _("Move to another stage"),
            move_stage,
            explanation=_("The deal takes on the probability of its new stage."),
            icon="arrow_forward",
            shown=lambda deal: not in_bin(deal),
            question=MoveQuestion,
        ),
        Button(
            "restore",
            _("Restore"),
            restore_deal,
            explanation=_("The deal leaves the bin, and its activities with it."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A deal that is there is moved by its button, which asks why it was lost."""
        return ("pipeline", "stage", *self.readonly_fields) if obj else self.readonly_fields


@admin.register(StageChange, site=tenant_site)
class StageChangeAdmin(ActionAdmin):
    section, icon = "sales", "moving"
    list_display = ("deal", "from_stage", "to_stage", "user", "at")
    list_select_related = ("deal", "from_stage", "to_stage", "user")
    fields: ClassVar[Any] = ("deal", ("from_stage", "to_stage"), ("user", "at"), "stayed")
