"""What waits to be done, what is done at intervals, and which schema new accounts get."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.models import TROUBLED
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.site import operator_site
from leadercrm.tenancy.models import (
    EvidenceIndex,
    MailHook,
    MigrationStep,
    PendingWork,
    PeriodicRun,
    SchemaTemplate,
    Turn,
)


class TroubleFilter(OneOfFilter):
    """What has failed, and what is in doubt: a visit to its account settles it, in the work queue."""

    title, parameter_name = _("trouble"), "trouble"
    values = tuple(TROUBLED)


@admin.register(PendingWork, site=operator_site)
class PendingWorkAdmin(PlatformAdmin):
    icon = "pending_actions"
    ordering = ("due_at",)
    list_display = ("tenant", "work_id", "due_at", "late", "trouble")
    list_select_related = ("tenant",)
    list_filter = (TroubleFilter,)
    search_fields = ("=tenant__id", "=work_id")
    fields: ClassVar[Any] = ("tenant", "work_id", ("due_at", "trouble"))

    @admin.display(description=_("late"), boolean=True)
    def late(self, work: PendingWork) -> bool:
        return work.trouble is None and work.due_at < timezone.now()


@admin.register(MailHook, site=operator_site)
class MailHookAdmin(PlatformAdmin):
    """Never the hash of its secret."""

    icon = "webhook"
    list_display = ("tenant", "created_at", "last_used_at")
    list_select_related = ("tenant",)
    search_fields = ("=tenant__id",)
    fields: ClassVar[Any] = ("tenant", ("created_at", "last_used_at"))


@admin.register(Turn, site=operator_site)
class TurnAdmin(PlatformAdmin):
    icon = "front_loader"
    ordering = ("due_at",)
    list_display = ("tenant", "kind", "due_at", "served")
    list_select_related = ("tenant",)
    search_fields = ("=tenant__id",)
    fields: ClassVar[Any] = ("tenant", "kind", ("due_at", "served"))
    readonly_fields = ("served",)

    @admin.display(description=_("last served"))
    def served(self, turn: Turn) -> str:
        """Who has not been yet stands at the beginning of time (tenancy.turns)."""
        return date_format(localtime(turn.served_at), "SHORT_DATETIME_FORMAT") if turn.served_at.year > 1970 else "-"


@admin.register(EvidenceIndex, site=operator_site)
class EvidenceIndexAdmin(PlatformAdmin):
    icon = "verified"
    list_display = ("tenant", "sequence", "code")
    list_select_related = ("tenant",)
    search_fields = ("=tenant__id", "=code", "=sha256")
    fields: ClassVar[Any] = ("tenant", "sequence", "code", "sha256", "entry_hash")


@admin.register(PeriodicRun, site=operator_site)
class PeriodicRunAdmin(PlatformAdmin):
    icon = "schedule"
    ordering = ("job",)
    list_display = ("job", "started_at", "finished_at")
    fields: ClassVar[Any] = ("job", "started_at", "finished_at")


@admin.register(SchemaTemplate, site=operator_site)
class SchemaTemplateAdmin(PlatformAdmin):
    icon = "schema"
    list_display = ("version", "created_at")
    fields: ClassVar[Any] = ("version", "created_at")


@admin.register(MigrationStep, site=operator_site)
class MigrationStepAdmin(PlatformAdmin):
    icon = "stairs"
    list_display = ("id", "app", "name")
    fields: ClassVar[Any] = ("app", "name")
