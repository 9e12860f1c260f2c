"""Sending a document: to whom, with what words, and a look at it beforehand."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.contracts import send_contract
from billing.actions.invoices import send_invoice
from billing.actions.quotes import send_quote
from billing.api.serializers_templates import SendInput
from billing.holding import mail_address_of
from billing.letters import LETTER_FIELDS, letter
from billing.models import MailTemplate
from billing.queries_documents import CONTRACTS, INVOICES, QUOTES
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.pages import row_of
from leadercrm.tenancy.binding import current_tenant


class SendPage(FormPage):
    """The mail that a document goes out with. A form that says nothing of words sends it as it always was."""

    template = "billing/backoffice/send.html"
    serializer = SendInput
    fields = (
        Field(
            "subject", _("Subject"), half=False, hint=_("Empty: the kind and number of the document, and your name.")
        ),
        Field("message", _("Message"), "area", half=False, hint=_("Empty: that you send them the document.")),
    )
    action: ClassVar[Callable[..., Any]]
    kind: ClassVar[str]

    def preset(self) -> dict[str, Any]:
        """The words of the template that the address names."""
        chosen = self.request.GET.get("template", "")
        found = MailTemplate.objects.filter(kind=self.kind, pk=chosen).first() if chosen.isdecimal() else None
        return {"subject": found.subject, "message": found.body} if found else {}

    def beside(self) -> dict[str, Any]:
        document = self._document()
        templates = MailTemplate.objects.filter(kind=self.kind).order_by("name").values_list("pk", "name")
        return {
            "document": document,
            "address": mail_address_of(document.contact_id),
            "templates": [(pk, name, str(pk) == self.request.GET.get("template")) for pk, name in templates],
            "merge_fields": [(f"[[{name}]]", letter(f"[[{name}]]", document, current_tenant().name))
                             for name in LETTER_FIELDS],
            "pdf": reverse(f"web:{self.kind}-pdf", args=(document.pk,)),
        }  # fmt: skip

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        return type(self).action(self._document(), **values, actor=self.actor)

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse(self.place[1], args=(self.kwargs["pk"],))

    def _row(self) -> dict[str, Any] | None:
        """What is written is the mail, not the document."""
        return None

    def _document(self) -> Any:
        return row_of(self.rows, self.kwargs["pk"], self.actor)


class QuoteSend(SendPage):
    section, rows, kind, action = "quotes", QUOTES, "quote", send_quote
    place, done = ("web:quotes", "web:quote", _("Send the quote"), ""), _("The quote is on its way.")


class InvoiceSend(SendPage):
    section, rows, kind, action = "invoices", INVOICES, "invoice", send_invoice
    place, done = ("web:invoices", "web:invoice", _("Send the invoice"), ""), _("The invoice is on its way.")


class ContractSend(SendPage):
    section, rows, kind, action = "contracts", CONTRACTS, "contract", send_contract
    place, done = ("web:contracts", "web:contract", _("Send the contract"), ""), _("The contract is on its way.")
