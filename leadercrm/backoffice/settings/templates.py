"""What mails of documents and quotes begin with."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.templates import (
    MANAGE,
    change_mail_template,
    change_quote_template,
    create_mail_template,
    create_quote_template,
    delete_mail_template,
    delete_quote_template,
)
from billing.api.serializers_templates import MailTemplateInput, QuoteTemplateInput
from billing.backoffice.lines import LinesForm
from billing.letters import LETTER_FIELDS
from billing.models.template import MailKind
from billing.queries_templates import MAIL_TEMPLATES, QUOTE_TEMPLATES
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Column, ListPage


class InList(FormPage):
    """A form that leads back to the list."""

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse(self.place[0])

    def after(self, saved: Any) -> str:
        return reverse(self.place[0])


class MailTemplateList(InSettings, ListPage):
    title = _("Mails of documents")
    place_in = "mails"
    required_permission = MANAGE
    rows = MAIL_TEMPLATES
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("kind", _("Document"), template="backoffice/settings/_kind.html", sort="kind"),
        Column("subject", _("Subject")),
    )
    row_url, new_url, new_label, new_permission = (
        "web:settings-mail",
        "web:settings-mail-new",
        _("New template"),
        MANAGE,
    )
    empty_title = _("No templates yet")
    empty_text = _("Write once what you say with a quote or an invoice, and choose it when you send the next one.")


class MailTemplateForm(InSettings, InList):
    template = "backoffice/settings/mail_template.html"
    place_in = "mails"
    required_permission = MANAGE
    rows = MAIL_TEMPLATES
    serializer = MailTemplateInput
    create_action, update_action = create_mail_template, change_mail_template
    place = ("web:settings-mails", "web:settings-mail", _("New template"), _("Change template"))
    fields = (
        Field("name", _("Name")),
        Field("kind", _("Document"), "choice", options=lambda: MailKind.choices),
        Field("subject", _("Subject"), half=False),
        Field("body", _("Message"), "area", half=False),
    )

    def beside(self) -> dict[str, Any]:
        return {"merge_fields": [f"[[{name}]]" for name in LETTER_FIELDS], "delete": "web:settings-mail-delete"}


class MailTemplateDelete(ActPage):
    rows, action, required_permission = MAIL_TEMPLATES, delete_mail_template, MANAGE
    done, then_list = _("The template is gone."), "web:settings-mails"


class QuoteTemplateList(InSettings, ListPage):
    title = _("Quote templates")
    place_in = "quotes"
    required_permission = MANAGE
    rows = QUOTE_TEMPLATES
    columns = (Column("name", _("Name"), "title", sort="name"), Column("title", _("Title"), sort="title"))
    row_url, new_url, new_label, new_permission = (
        "web:settings-quote",
        "web:settings-quote-new",
        _("New template"),
        MANAGE,
    )
    empty_title = _("No templates yet")
    empty_text = _("Keep the lines, notes and terms that you quote again and again.")


class QuoteTemplateForm(InSettings, InList, LinesForm):
    template = "backoffice/settings/quote_template.html"
    place_in = "quotes"
    required_permission = MANAGE
    rows = QUOTE_TEMPLATES
    serializer = QuoteTemplateInput
    create_action, update_action = create_quote_template, change_quote_template
    place = ("web:settings-quotes", "web:settings-quote", _("New template"), _("Change template"))
    fields: ClassVar[tuple[Field, ...]] = (
        Field("name", _("Name")),
        Field("title", _("Title")),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("valid_days", _("Valid for so many days"), "number"),
        Field("notes", _("Notes"), "area", half=False),
        Field("terms", _("Terms"), "area", half=False),
    )

    def beside(self) -> dict[str, Any]:
        return {"delete": "web:settings-quote-delete"}


class QuoteTemplateDelete(ActPage):
    rows, action, required_permission = QUOTE_TEMPLATES, delete_quote_template, MANAGE
    done, then_list = _("The template is gone."), "web:settings-quotes"
