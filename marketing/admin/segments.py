"""Segments in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.segments import change_segment, create_segment, delete_segment
from marketing.api.serializers_segments import SegmentInput
from marketing.members import member_counts
from marketing.models import Segment, SegmentMember

call(
    Segment, _("segment"), _("segments"), name=_("name"), type=_("type"), conditions=_("conditions"),
    owner=_("owner"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    SegmentMember, _("contact of the segment"), _("contacts of the segment"), contact=_("contact"), added_at=_("since")
)


class Members(ShownRows):
    """Who was put into a static segment: the latest hundred."""

    model = SegmentMember
    fields = ("contact", "added_at")
    related = ("contact",)
    ordering = ("-id",)
    most = 100

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        newest = SegmentMember.objects.filter(segment_id=request.resolver_match.kwargs.get("object_id"))
        return rows.filter(pk__in=newest.order_by("-pk").values("pk")[: self.most])


@admin.register(Segment, site=tenant_site)
class SegmentAdmin(ActionAdmin):
    section, icon, counted = "marketing", "groups", True
    create_action, update_action, delete_action = create_segment, change_segment, delete_segment
    serializer = SegmentInput
    list_display = ("name", "type", "owner", "created_at")
    list_select_related = ("owner",)
    list_filter = ("type", "owner")
    search_fields = ("name",)
    autocomplete_fields = ("owner",)
    readonly_fields = ("members_now", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "type"), "members_now", "conditions", "owner")}),
        (_("Record"), {"fields": (("created_at", "updated_at"),)}),
    )
    inlines: ClassVar[Any] = (Members,)

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj and obj.type == "static" else ()

    @admin.display(description=_("contacts now"))
    def members_now(self, segment: Segment) -> int:
        return member_counts([segment]).get(segment.pk, 0) if segment.pk else 0
