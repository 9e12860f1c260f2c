"""Lead forms, and what was sent by them, in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.forms import change_form, create_form, delete_form
from marketing.api.serializers_forms import FormInput
from marketing.models import Form, FormSubmission

call(
    Form, _("form"), _("forms"), name=_("name"), api_key=_("key"), is_active=_("active"), title=_("title"),
    intro=_("introduction"), fields=_("fields"), source=_("origin"), assignment=_("who gets the contacts"),
    owner=_("owner"), assignee_ids=_("who takes turns"), names_owner=_("its answer names the owner"),
    consent_text=_("text of the consent"), consent_version=_("version of that text"),
    consent_required=_("consent is required"), double_opt_in=_("consent is confirmed by mail"),
    thanks_text=_("text of thanks"), redirect_url=_("leads on to"), min_seconds=_("least seconds"),
    submissions_count=_("submissions"), spam_count=_("of machines"), last_submitted_at=_("last submission"),
    created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    FormSubmission, _("submission"), _("submissions"), form=_("form"), contact=_("contact"),
    assigned_to=_("assigned to"), status=_("status"), suspicion=_("why it is taken for spam"),
    made_contact=_("made the contact"), name=_("name"), email=_("e-mail"), phone=_("phone"), payload=_("answers"),
    origin=_("where from"), consented=_("consented"), consent_text=_("text of the consent"),
    consent_version=_("version of that text"), confirmed_at=_("confirmed"), language=_("language"),
    ip=_("IP address"), user_agent=_("browser"), created_at=_("received"),
)  # fmt: skip


class Latest(ShownRows):
    """The latest hundred submissions."""

    model = FormSubmission
    fields = ("name", "email", "contact", "status", "created_at")
    related = ("contact",)
    ordering = ("-id",)
    most = 100

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        newest = FormSubmission.objects.filter(form_id=request.resolver_match.kwargs.get("object_id"))
        return rows.filter(pk__in=newest.order_by("-pk").values("pk")[: self.most])


@admin.register(Form, site=tenant_site)
class FormAdmin(ActionAdmin):
    section, icon, counted = "marketing", "web_traffic", True
    create_action, update_action, delete_action = create_form, change_form, delete_form
    serializer = FormInput
    list_display = ("name", "is_active", "submissions_count", "spam_count", "last_submitted_at")
    list_filter = ("is_active", "assignment")
    search_fields = ("name",)
    autocomplete_fields = ("owner",)
    readonly_fields = (
        "api_key", "submissions_count", "spam_count", "last_submitted_at", "created_at", "updated_at",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("name", "is_active"), "api_key", "title", "intro", "fields", "source")}),
        (_("Contacts"), {"fields": (("assignment", "owner"), "assignee_ids", "names_owner")}),
        (_("Consent"), {"fields": ("consent_text", ("consent_version", "consent_required", "double_opt_in"))}),
        (_("Afterwards"), {"fields": ("thanks_text", "redirect_url", "min_seconds")}),
        (_("Record"), {"fields": (("submissions_count", "spam_count", "last_submitted_at"),
                                  ("created_at", "updated_at"))}),
    )  # fmt: skip
    inlines: ClassVar[Any] = (Latest,)


@admin.register(FormSubmission, site=tenant_site)
class SubmissionAdmin(ActionAdmin):
    """What was sent stays as it was."""

    section, icon, counted = "marketing", "inbox", True
    list_display = ("created_at", "form", "name", "email", "contact", "status")
    list_select_related = ("form", "contact")
    list_filter = ("status", "form")
    search_fields = ("email",)
    readonly_fields = tuple(field.name for field in FormSubmission._meta.concrete_fields if field.name != "id")
    fields = readonly_fields
