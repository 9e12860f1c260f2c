"""Evidence in a tenant's admin site. Nobody writes it here, or anywhere else."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.evidence import code_of
from billing.models import Evidence, EvidenceFile
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Evidence, _("entry of evidence"), _("evidence"), sequence=_("place in the chain"), at=_("at"), kind=_("what"),
    document_id=_("document"), number=_("number"), revision=_("revision"), language=_("language"), name=_("name"),
    company=_("company"), email=_("e-mail address"), ip=_("from the address"), agent=_("with"), consent=_("consent"),
    reason=_("reason"), typed=_("typed signature"), drawn=_("drawn signature"), pdf_sha256=_("SHA-256 of the PDF"),
    previous_hash=_("hash of the entry before"), entry_hash=_("hash of the entry"),
)  # fmt: skip
call(
    EvidenceFile, _("file of evidence"), _("files of evidence"), sha256=_("SHA-256 of the PDF"), content=_("content"),
)  # fmt: skip


@admin.register(Evidence, site=tenant_site)
class EvidenceAdmin(ActionAdmin):
    section, icon = "billing", "verified"
    ordering = ("-sequence",)
    list_display = ("sequence", "at", "kind", "number", "name", "email", "code")
    list_filter = ("kind",)
    search_fields = ("number", "name", "email")
    fields: ClassVar[Any] = (
        ("sequence", "at"), ("kind", "number", "revision"), ("name", "company", "email"), ("ip", "agent"), "language",
        "consent", "reason", "typed", "is_drawn", "code", "pdf_sha256", "previous_hash", "entry_hash",
    )  # fmt: skip
    readonly_fields = ("code", "is_drawn")

    def get_queryset(self, request: Any) -> Any:
        """Lists have no use for the drawings."""
        return super().get_queryset(request).defer("drawn")

    @admin.display(description=_("code"))
    def code(self, entry: Evidence) -> str:
        return code_of(entry.pdf_sha256)

    @admin.display(description=_("drawn signature"), boolean=True)
    def is_drawn(self, entry: Evidence) -> bool:
        return entry.drawn is not None


@admin.register(EvidenceFile, site=tenant_site)
class EvidenceFileAdmin(ActionAdmin):
    """Which files are kept; what is in them is downloaded from the documents' pages."""

    section, icon = "billing", "draft"
    ordering = ("sha256",)
    list_display = ("sha256",)
    search_fields = ("=sha256",)
    fields: ClassVar[Any] = ("sha256",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("content")
