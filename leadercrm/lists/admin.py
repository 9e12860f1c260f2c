"""Batches in the administration: to be read; what is done about them is done on the pages."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call
from leadercrm.lists.models import Batch, Export, ListChoice, SavedView

call(
    Batch, _("batch"), _("batches"), kind=_("kind"), resource=_("of"), status=_("status"), user=_("by"), name=_("name"),
    options=_("options"), total=_("rows"), done=_("dealt with"), made=_("new"), changed=_("changed"),
    skipped=_("skipped"), failed=_("failed"), reverted=_("reverted"), kept=_("kept"), error=_("error"),
    created_at=_("created"), started_at=_("begun"), finished_at=_("finished"),
)  # fmt: skip
tell(
    file_read=_("file read"), begun=_("start"), finished=_("end"), stopped=_("stop"),
    revert_begun=_("start of a revert"), reverted=_("revert"),
)  # fmt: skip
tell_columns(file=_("file"), once=_("form"))


call(
    SavedView, _("view of a list"), _("views of lists"), listing=_("list"), name=_("name"), query=_("filters"),
    user=_("owner"), is_shared=_("shared"),
)  # fmt: skip
call(
    ListChoice, _("choice for a list"), _("choices for lists"), listing=_("list"), columns=_("columns"), view=_("view")
)
call(
    Export, _("file of a list"), _("files of lists"), listing=_("list"), kind=_("kind"), status=_("status"),
    user=_("by"), name=_("name"), query=_("filters"), rows=_("rows"), created_at=_("created"),
    finished_at=_("finished"),
)  # fmt: skip


@admin.register(SavedView, site=tenant_site)
class SavedViewAdmin(ActionAdmin):
    section, icon = "records", "bookmark"
    list_display = ("listing", "name", "user", "is_shared")
    list_select_related = ("user",)
    fields: ClassVar = (("listing", "name"), ("user", "is_shared"), "query")


@admin.register(Export, site=tenant_site)
class ExportAdmin(ActionAdmin):
    section, icon = "records", "download"
    list_display = ("created_at", "name", "kind", "status", "user", "rows")
    list_select_related = ("user",)
    fields: ClassVar = (
        ("name", "kind", "status"),
        ("user", "rows"),
        ("created_at", "finished_at"),
        ("listing", "query"),
    )


@admin.register(Batch, site=tenant_site)
class BatchAdmin(ActionAdmin):
    section, icon = "records", "playlist_add_check"
    list_display = ("created_at", "kind", "resource", "name", "status", "user", "total", "done", "failed")
    list_select_related = ("user",)
    list_filter = ("kind", "status")
    search_fields = ("name", "=id")
    fields: ClassVar = (
        ("kind", "resource", "status"), ("name", "user"), ("total", "done"), ("made", "changed", "skipped", "failed"),
        ("reverted", "kept"), ("created_at", "started_at", "finished_at"), "options", "error",
    )  # fmt: skip
