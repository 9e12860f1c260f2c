"""Pictures of campaigns in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.pictures import delete_picture
from marketing.models import CampaignPicture

call(
    CampaignPicture, _("picture of a campaign"), _("pictures of campaigns"), file=_("file"), name=_("name"),
    width=_("width in pixels"), height=_("height in pixels"), size=_("bytes"), owner=_("owner"), created_at=_("added"),
)  # fmt: skip


@admin.register(CampaignPicture, site=tenant_site)
class PictureAdmin(ActionAdmin):
    """They are added where campaigns are written."""

    section, icon = "marketing", "image"
    delete_action = delete_picture
    list_display = ("shown", "name", "width", "height", "size", "owner", "created_at")
    list_display_links = ("shown", "name")
    list_select_related = ("owner",)
    search_fields = ("name",)
    readonly_fields = ("shown",)
    fields: ClassVar[Any] = ("shown", "name", "file", ("width", "height", "size"), ("owner", "created_at"))

    @admin.display(description=_("picture"))
    def shown(self, row: CampaignPicture) -> str:
        return render_to_string("admin_kit/_pictures.html", {"files": [row.file]})
