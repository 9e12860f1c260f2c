"""Templates of mails and quotes in a tenant's admin site: looked at here, written in the settings."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import MailTemplate, QuoteTemplate
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    MailTemplate, _("template of mails"), _("templates of mails"), name=_("name"), kind=_("document"),
    subject=_("subject"), body=_("text"),
)  # fmt: skip
call(
    QuoteTemplate, _("template of quotes"), _("templates of quotes"), name=_("name"), title=_("title"),
    currency=_("currency"), items=_("lines"), notes=_("notes"), terms=_("terms"), valid_days=_("valid for days"),
)  # fmt: skip


@admin.register(MailTemplate, site=tenant_site)
class MailTemplateAdmin(ActionAdmin):
    section, icon = "billing", "mail"
    list_display = ("name", "kind", "subject")
    search_fields = ("name", "subject")


@admin.register(QuoteTemplate, site=tenant_site)
class QuoteTemplateAdmin(ActionAdmin):
    section, icon = "billing", "description"
    list_display = ("name", "title", "currency", "valid_days")
    search_fields = ("name", "title")
