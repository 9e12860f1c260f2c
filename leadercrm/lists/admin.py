"""Batches in the administration: to be read; what is done about them is done on the pages."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call
from leadercrm.lists.models import Batch

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
