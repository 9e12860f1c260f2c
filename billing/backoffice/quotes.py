"""The pages of quotes."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.conversion import convert_to_contract, convert_to_invoice
from billing.actions.quotes import (
    approve_quote,
    change_quote,
    create_quote,
    delete_quote,
    reject_quote,
    revise_quote,
    send_quote,
)
from billing.actions.restoring import restore_quote
from billing.api.serializers_documents import QuoteInput, RejectionInput
from billing.backoffice.documents import Act, DocumentPage, PdfPage, SharePage
from billing.backoffice.lines import LinesForm
from billing.backoffice.options import quote_states
from billing.filters_documents import QuoteFilter
from billing.models import QuoteTemplate
from billing.queries_documents import DELETED_QUOTES, QUOTES
from crm.backoffice.options import users
from leadercrm.core.clock import tenant_today
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast

OPEN = ("draft", "sent")
BEGUN = ("title", "currency", "notes", "terms", "items")


class QuoteList(ListPage):
    title = _("Quotes")
    section = "quotes"
    rows = QUOTES
    filters = QuoteFilter.base_filters
    row_url, new_url = "web:quote", "web:quote-new"
    new_label, new_permission = _("New quote"), "billing.create_quote"
    search_hint = _("Number, title, contact or company")
    empty_title = _("No quotes yet")
    empty_text = _("Write one, send it by mail, and see when the client opens it.")
    columns = (
        Column("quote_number", _("Number"), "title", sort="number"),
        Column("title", _("Title"), sort="title"),
        Column("contact_name", _("Contact"), sort="contact_name"),
        Column("company_name", _("Company"), sort="company_name"),
        Column("status", _("Status"), "badge", sort="status"),
        Column("total", _("Total"), "money", sort="total"),
        Column(
            "valid_until",
            _("Valid until"),
            "day",
            sort="valid_until",
            template="billing/backoffice/_valid_until.html",
        ),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("status", _("Any status"), quote_states), Choice("owner_id", _("Anybody's"), users))


class QuoteForm(LinesForm):
    """Write a quote, or change a draft."""

    section = "quotes"
    rows = QUOTES
    serializer = QuoteInput
    create_action, update_action = create_quote, change_quote
    place = ("web:quotes", "web:quote", _("New quote"), _("Edit quote"))
    fields = (
        Field("contact_id", _("Contact"), "lookup", find="web:contact-options", shown="contact_name"),
        Field("title", _("Title")),
        Field("valid_until", _("Valid until"), "day"),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("deal_id", "", "hidden"),
        Field("notes", _("Notes"), "area", half=False),
        Field("terms", _("Terms"), "area", half=False),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, **super().preset(), **self._begun()}

    def _begun(self) -> dict[str, Any]:
        """What the template begins with that the address names."""
        chosen = self.request.GET.get("template", "")
        found = QuoteTemplate.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        if found is None:
            return {}
        days = found.valid_days
        until = {} if days is None else {"valid_until": (tenant_today() + timedelta(days=days)).isoformat()}
        return {**{name: getattr(found, name) for name in BEGUN}, **until}

    def beside(self) -> dict[str, Any]:
        templates = QuoteTemplate.objects.order_by("name").values_list("pk", "name") if "pk" not in self.kwargs else ()
        chosen = [(pk, name, str(pk) == self.request.GET.get("template")) for pk, name in templates]
        return {"templates": chosen, "preview": reverse("web:quote-preview")}


class QuotePage(DocumentPage):
    """One quote."""

    template = "billing/backoffice/quote.html"
    section, name = "quotes", "quote"
    rows, number = QUOTES, "quote_number"
    changeable, change_permission = OPEN, "billing.change_quote"
    acts = (
        Act("send", _("Send"), "send", send_quote, OPEN, "primary", asks=True),
        Act("approve", _("Approve"), "check", approve_quote, OPEN),
        Act("reject", _("Reject"), "x", reject_quote, OPEN),
        Act("invoice", _("Make an invoice"), "file-invoice", convert_to_invoice, ("approved",), "primary"),
        Act("contract", _("Make a contract"), "writing-sign", convert_to_contract, ("approved",)),
        Act("revise", _("New revision"), "versions", revise_quote, ("sent", "rejected")),
        Act("delete", _("Delete"), "trash", delete_quote, ("draft",), "ghost"),
    )

    def offers(self, act: Act, document: dict[str, Any]) -> bool:
        made = {"invoice": document["invoice_id"], "contract": document["contract_id"]}
        return not made.get(act.name) and (document["revised_by_id"] is None or act.name in ("invoice", "contract"))


class QuoteApprove(ActPage):
    rows, action, done, then = QUOTES, approve_quote, _("Quote approved."), "web:quote"


class QuoteReject(ActPage):
    rows, action, done, then = QUOTES, reject_quote, _("Quote rejected."), "web:quote"
    serializer = RejectionInput


class QuoteDelete(ActPage):
    rows, action, done = QUOTES, delete_quote, _("Quote deleted.")
    undo, then_list = "web:quote-restore", "web:quotes"


class QuoteRestore(RestorePage):
    rows, action, done, then = DELETED_QUOTES, restore_quote, _("Quote restored."), "web:quote"


class _Making(Page):
    """Make another document of a quote, and go there."""

    http_method_names = ["post"]
    action: Any
    then = ""
    done: Any = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made = type(self).action(row_of(QUOTES, pk, self.actor), actor=self.actor)
        toast(request, self.done)
        return see_other(reverse(self.then, args=(made.pk,)))


class QuoteRevise(_Making):
    action, then, done = revise_quote, "web:quote", _("This is the next revision, a draft.")


class QuoteInvoice(_Making):
    action, then, done = convert_to_invoice, "web:invoice", _("Invoice made of the quote.")


class QuoteContract(_Making):
    action, then, done = convert_to_contract, "web:contract", _("Contract made of the quote.")


class QuotePdf(PdfPage):
    rows = QUOTES


class QuoteShare(SharePage):
    rows = QUOTES
