"""Deals in a tenant's admin site. Their stages are changed by buttons: that is what opens, wins and loses them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from crm.actions.deals import change_deal, create_deal, currency_of, delete_deal, restore_deal
from crm.admin.deal_forms import DealForm
from crm.admin.deal_moves import MOVES
from crm.api.serializers import DealInput
from crm.models import Deal, StageChange, StageType
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.money import money_text, round2


class OutcomeFilter(OneOfFilter):
    """Open, won or lost: the kind of stage that a deal stands in."""

    title, parameter_name = _("status"), "status"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return list(StageType.choices)

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(stage__type=self.value()) if self.value() else queryset


class StagesPassed(ShownRows):
    """The deal's way so far."""

    model = StageChange
    fields = ("at", "from_stage", "to_stage", "user", "waited")
    related = ("from_stage", "to_stage", "user")
    ordering = ("-id",)

    @admin.display(description=_("stayed"))
    def waited(self, move: StageChange) -> str:
        return timesince(move.at - move.stayed, move.at, depth=2) if move.stayed else "-"


@admin.register(Deal, site=tenant_site)
class DealAdmin(ActionAdmin):
    section, icon, counted = "sales", "handshake", True
    form = DealForm
    create_action, update_action, delete_action = create_deal, change_deal, delete_deal
    serializer = DealInput
    search_column = "search"
    annotations: ClassVar[Any] = {"weighted": F("amount") * F("probability") / 100}
    list_display = (
        "name",
        "company",
        money("amount", _("amount")),
        "chance",
        "stage_name",
        "standing",
        "owner",
        "expected_close_date",
    )
    list_filter = (OutcomeFilter, "pipeline", "stage", "owner")
    autocomplete_fields = ("company", "owner")
    readonly_fields = ("pipeline", "stage", "stage_entered_at", "closed_at", "created_at", "updated_at")
    inlines = (StagesPassed,)
    fieldsets = (
        (None, {"fields": ("name", ("pipeline", "stage"), ("stage_entered_at", "closed_at"))}),
        (_("Value"), {"fields": (("amount", "currency"), ("probability", "expected_close_date"), "lost_reason")}),
        (_("Who"), {"fields": (("company", "owner"), "contact_ids", ("created_at", "updated_at"))}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "stage")}),
        (_("Value"), {"fields": (("amount", "currency"), ("probability", "expected_close_date"))}),
        (_("Who"), {"fields": (("company", "owner"), "contact_ids")}),
    )
    buttons = (
        *MOVES,
        Button(
            "restore",
            _("Restore"),
            restore_deal,
            explanation=_("The deal leaves the bin, and its activities with it."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        """With what its buttons, its page and its list ask for."""
        return super().get_queryset(request).select_related("stage", "pipeline", "company", "owner")

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A new deal is put into a stage, which has its pipeline."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def get_changeform_initial_data(self, request: Any) -> Any:
        return {"currency": currency_of(self.actor(request)), **super().get_changeform_initial_data(request)}

    def changed(self, form: Any, obj: Any) -> dict[str, Any]:
        values = super().changed(form, obj)
        if obj._state.adding:
            values["pipeline_id"] = form.cleaned_data["stage"].pipeline_id
        return values

    @admin.display(description=_("weighted"))
    def chance(self, row: Any) -> str:
        return f"{money_text(round2(row.weighted), row.currency, code=False)} · {row.probability} %"

    @admin.display(description=_("stage"))
    def stage_name(self, row: Deal) -> str:
        return row.stage.name

    @display(description=_("status"), label={"won": "success", "lost": "danger", "open": "info"})  # type: ignore[untyped-decorator]
    def standing(self, row: Deal) -> tuple[str, str]:
        return row.stage.type, row.stage.get_type_display()
