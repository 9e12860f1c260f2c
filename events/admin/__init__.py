"""Events in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from events.actions.attendees import change_attendee, remove_attendee
from events.actions.events import change_event, create_event, delete_event
from events.api.serializers import AttendeeInput, EventInput
from events.models import Attendee, CalendarFeed, Event
from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.told import tell
from leadercrm.core.admin_kit.wording import call
from leadercrm.core.web.wording import called

call(
    Event, _("event"), _("events"), title=_("title"), type=_("type"), description=_("description"),
    start_at=_("begins"), end_at=_("ends"), location=_("place"), max_attendees=_("seats"),
    is_mandatory=_("mandatory"), is_open=_("open for registration"), reminder_minutes=_("reminder, minutes before"),
    link_version=_("version of the link"),
    owner=_("owner"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    Attendee, _("attendee"), _("attendees"), event=_("event"), user=_("user"), contact=_("contact"),
    status=_("answer"), origin=_("origin"), code=_("code"), waiting_since=_("waits since"),
    checked_in_at=_("checked in"), invited_at=_("invited"), reminded_at=_("reminded"), sends=_("mails"),
    link_version=_("version of the link"), notes=_("notes"), language=_("language"), consent=_("consent"),
    created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    CalendarFeed, _("calendar feed"), _("calendar feeds"), user=_("user"), link_version=_("version of the link"),
    is_shared=_("shared"), created_at=_("created"),
)  # fmt: skip
tell(
    answered=_("answer"), checked_in=_("check-in"), check_in_undone=_("check-in taken back"),
    promoted=_("seat given"), invited=_("invitation"), shared=_("sharing"), came_back=_("mail came back"),
)  # fmt: skip


class Latest(ShownRows):
    """The latest hundred attendees."""

    model = Attendee
    fields = ("user", "contact", "status", "checked_in_at")
    related = ("user", "contact")
    ordering = ("-id",)
    most = 100

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        newest = Attendee.objects.filter(event_id=request.resolver_match.kwargs.get("object_id"))
        return rows.filter(pk__in=newest.order_by("-pk").values("pk")[: self.most])


@admin.register(Event, site=tenant_site)
class EventAdmin(ActionAdmin):
    section, icon, counted = "events", "event", True
    create_action, update_action, delete_action = create_event, change_event, delete_event
    serializer = EventInput
    list_display = ("title", "kind", "start_at", "max_attendees", "is_mandatory", "is_open", "owner")
    list_select_related = ("owner",)
    list_filter = ("is_mandatory", "is_open", "owner")
    search_fields = ("title",)
    autocomplete_fields = ("owner",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("title", "type"), ("start_at", "end_at"), ("location", "max_attendees"), "description",
                           ("is_mandatory", "is_open"), ("reminder_minutes", "owner"))}),
        (_("Record"), {"fields": (("created_at", "updated_at"),)}),
    )  # fmt: skip
    inlines: ClassVar[Any] = (Latest,)

    @admin.display(description=_("type"))
    def kind(self, row: Event) -> str:
        return called(row.type)


@admin.register(Attendee, site=tenant_site)
class AttendeeAdmin(ActionAdmin):
    """Who comes. Whose they are, and to what, stays as it was made."""

    section, icon = "events", "how_to_reg"
    update_action, delete_action = change_attendee, remove_attendee
    serializer = AttendeeInput
    list_display = ("event", "user", "contact", "status", "checked_in_at")
    list_select_related = ("event", "user", "contact")
    list_filter = ("status",)
    search_fields = ("=code",)
    fields: ClassVar[Any] = (
        "event", ("user", "contact"), ("status", "notes"), ("origin", "code"), ("waiting_since", "checked_in_at"),
        ("invited_at", "reminded_at"), "consent", ("created_at", "updated_at"),
    )  # fmt: skip
    readonly_fields = (
        "event", "user", "contact", "origin", "code", "waiting_since", "checked_in_at", "invited_at", "reminded_at",
        "consent", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(CalendarFeed, site=tenant_site)
class FeedAdmin(ActionAdmin):
    section, icon = "events", "calendar_month"
    list_display = ("user", "is_shared", "created_at")
    list_select_related = ("user",)
    readonly_fields = ("user", "is_shared", "link_version", "created_at")
    fields = readonly_fields
