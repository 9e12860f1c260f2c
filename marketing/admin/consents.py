"""Consents and addresses that get no campaign, in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.silence import release
from marketing.models import ContactConsent, ErasedAddress, MailPreference, Suppression

call(
    ContactConsent, _("consent"), _("consents"), contact=_("contact"), status=_("status"), source=_("source"),
    text=_("wording"), text_version=_("version of the wording"), decided_at=_("decided"),
    do_not_contact=_("not to be contacted"), repep=_("in the REPEP"),
)  # fmt: skip
call(
    Suppression, _("suppressed address"), _("suppressed addresses"), email=_("e-mail address"), reason=_("reason"),
    detail=_("detail"), created_at=_("since"),
)  # fmt: skip
call(ErasedAddress, _("erased address"), _("erased addresses"), hash=_("hash"), created_at=_("since"))
call(
    MailPreference, _("choice of topics"), _("choices of topics"), email=_("e-mail address"),
    refused=_("topics not wanted"), changed_at=_("changed"),
)  # fmt: skip


class ReleaseQuestion(Question):
    """Why the address may be written to again; needed where its owner has asked for silence."""

    reason = forms.CharField(label=_("Reason"), max_length=255, required=False, widget=UnfoldAdminTextInputWidget)

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"] or None}


@admin.register(ContactConsent, site=tenant_site)
class ConsentAdmin(ActionAdmin):
    section, icon = "marketing", "how_to_reg"
    ordering = ("-pk",)
    list_display = ("contact", "status", "source", "decided_at", "do_not_contact", "repep")
    list_select_related = ("contact",)
    list_filter = ("status", "do_not_contact", "repep")
    fields: ClassVar[Any] = (
        "contact", ("status", "decided_at"), "source", "text", "text_version", ("do_not_contact", "repep"),
    )  # fmt: skip


@admin.register(ErasedAddress, site=tenant_site)
class ErasedAddressAdmin(ActionAdmin):
    section, icon = "marketing", "person_off"
    list_display = ("hash", "created_at")
    search_fields = ("=hash",)


@admin.register(Suppression, site=tenant_site)
class SuppressionAdmin(ActionAdmin):
    section, icon = "marketing", "unsubscribe"
    list_display = ("email", "reason", "detail", "created_at")
    list_filter = ("reason",)
    search_fields = ("=email",)
    fields: ClassVar[Any] = ("email", ("reason", "created_at"), "detail")
    buttons = (
        Button(
            "release",
            _("Take off the list"),
            release,
            explanation=_("The address gets campaigns again."),
            icon="mark_email_read",
            question=ReleaseQuestion,
        ),
    )


@admin.register(MailPreference, site=tenant_site)
class PreferenceAdmin(ActionAdmin):
    """What readers have chosen themselves."""

    section, icon = "marketing", "tune"
    list_display = ("email", "refused", "changed_at")
    search_fields = ("=email",)
    fields: ClassVar[Any] = ("email", "refused", "changed_at")
