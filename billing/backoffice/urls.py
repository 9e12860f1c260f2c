"""The addresses of the pages of billing, and their lines in the menus."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from billing.backoffice import (  # noqa: F401 - they enter themselves
    accounts,
    contracts,
    invoices,
    panels,
    previewing,
    products,
    quotes,
    sending,
    timelines,
    wording,
)
from billing.backoffice.lines import TotalsPage
from billing.filters_documents import ContractFilter, InvoiceFilter, QuoteFilter
from billing.queries_documents import CONTRACTS, INVOICES, QUOTES
from leadercrm.core.web.finding import Findable, let_find
from leadercrm.core.web.navigation import Entry, enter, offer_new
from leadercrm.lists.backoffice.bulk import let_change

urlpatterns = [
    path("products", products.ProductList.as_view(), name="products"),
    path("products/new", products.ProductForm.as_view(), name="product-new"),
    path("products/options", products.ProductOptions.as_view(), name="product-options"),
    path("products/<int:pk>", products.ProductForm.as_view(), name="product-edit"),
    path("products/<int:pk>/delete", products.ProductDelete.as_view(), name="product-delete"),
    path("products/<int:pk>/restore", products.ProductRestore.as_view(), name="product-restore"),
    path("quotes", quotes.QuoteList.as_view(), name="quotes"),
    path("quotes/new", quotes.QuoteForm.as_view(), name="quote-new"),
    path("quotes/totals", TotalsPage.as_view(), name="totals"),
    path("quotes/<int:pk>", quotes.QuotePage.as_view(), name="quote"),
    path("quotes/<int:pk>/edit", quotes.QuoteForm.as_view(), name="quote-edit"),
    path("quotes/<int:pk>/pdf", quotes.QuotePdf.as_view(), name="quote-pdf"),
    path("quotes/<int:pk>/link", quotes.QuoteShare.as_view(), name="quote-link"),
    path("quotes/<int:pk>/send", sending.QuoteSend.as_view(), name="quote-send"),
    path("quotes/<int:pk>/approve", quotes.QuoteApprove.as_view(), name="quote-approve"),
    path("quotes/<int:pk>/reject", quotes.QuoteReject.as_view(), name="quote-reject"),
    path("quotes/<int:pk>/revise", quotes.QuoteRevise.as_view(), name="quote-revise"),
    path("quotes/<int:pk>/invoice", quotes.QuoteInvoice.as_view(), name="quote-invoice"),
    path("quotes/<int:pk>/contract", quotes.QuoteContract.as_view(), name="quote-contract"),
    path("quotes/<int:pk>/delete", quotes.QuoteDelete.as_view(), name="quote-delete"),
    path("quotes/<int:pk>/restore", quotes.QuoteRestore.as_view(), name="quote-restore"),
    path("invoices", invoices.InvoiceList.as_view(), name="invoices"),
    path("invoices/new", invoices.InvoiceForm.as_view(), name="invoice-new"),
    path("invoices/<int:pk>", invoices.InvoicePage.as_view(), name="invoice"),
    path("invoices/<int:pk>/edit", invoices.InvoiceForm.as_view(), name="invoice-edit"),
    path("invoices/<int:pk>/pdf", invoices.InvoicePdf.as_view(), name="invoice-pdf"),
    path("invoices/<int:pk>/link", invoices.InvoiceShare.as_view(), name="invoice-link"),
    path("invoices/<int:pk>/send", sending.InvoiceSend.as_view(), name="invoice-send"),
    path("invoices/<int:pk>/delete", invoices.InvoiceDelete.as_view(), name="invoice-delete"),
    path("invoices/<int:pk>/restore", invoices.InvoiceRestore.as_view(), name="invoice-restore"),
    path("receivables", accounts.ReceivablesPage.as_view(), name="receivables"),
    path("contacts/<int:pk>/statement", accounts.ContactStatement.as_view(), name="contact-statement"),
    path("companies/<int:pk>/statement", accounts.CompanyStatement.as_view(), name="company-statement"),
    path("quotes/preview", previewing.QuotePreview.as_view(), name="quote-preview"),
    path("invoices/preview", previewing.InvoicePreview.as_view(), name="invoice-preview"),
    path("payments", invoices.PaymentList.as_view(), name="payments"),
    path("payments/new", invoices.PaymentForm.as_view(), name="payment-new"),
    path("payments/<int:pk>/delete", invoices.PaymentDelete.as_view(), name="payment-delete"),
    path("payments/<int:pk>/restore", invoices.PaymentRestore.as_view(), name="payment-restore"),
    path("contracts", contracts.ContractList.as_view(), name="contracts"),
    path("contracts/new", contracts.ContractForm.as_view(), name="contract-new"),
    path("contracts/<int:pk>", contracts.ContractPage.as_view(), name="contract"),
    path("contracts/<int:pk>/edit", contracts.ContractForm.as_view(), name="contract-edit"),
    path("contracts/<int:pk>/pdf", contracts.ContractPdf.as_view(), name="contract-pdf"),
    path("contracts/<int:pk>/link", contracts.ContractShare.as_view(), name="contract-link"),
    path("contracts/<int:pk>/send", sending.ContractSend.as_view(), name="contract-send"),
    path("contracts/<int:pk>/sign", contracts.ContractSign.as_view(), name="contract-sign"),
    path("contracts/<int:pk>/delete", contracts.ContractDelete.as_view(), name="contract-delete"),
    path("contracts/<int:pk>/restore", contracts.ContractRestore.as_view(), name="contract-restore"),
]

let_change("products", products.ProductForm.fields, "category_id", "tax_factor", "tax_rate", "currency")

enter(
    20,
    _("Billing"),
    Entry(_("Quotes"), "file-text", "web:quotes", "quotes", "billing.view_quote"),
    Entry(_("Invoices"), "file-invoice", "web:invoices", "invoices", "billing.view_invoice"),
    Entry(_("Receivables"), "report-money", "web:receivables", "receivables", "billing.view_invoice"),
    Entry(_("Payments"), "cash", "web:payments", "payments", "billing.view_payment"),
    Entry(_("Contracts"), "writing-sign", "web:contracts", "contracts", "billing.view_contract"),
    Entry(_("Products"), "package", "web:products", "products", "billing.view_product"),
)
offer_new(50, Entry(_("Quote"), "file-text", "web:quote-new", permission="billing.create_quote"))
offer_new(60, Entry(_("Invoice"), "file-invoice", "web:invoice-new", permission="billing.create_invoice"))
FIND_QUOTES, FIND_INVOICES, FIND_CONTRACTS = (
    QuoteFilter.base_filters,
    InvoiceFilter.base_filters,
    ContractFilter.base_filters,
)
let_find(40, Findable(_("Quotes"), "file-text", QUOTES, FIND_QUOTES, "web:quote", "quote_number", "contact_name"))
let_find(
    50,
    Findable(_("Invoices"), "file-invoice", INVOICES, FIND_INVOICES, "web:invoice", "invoice_number", "contact_name"),
)
let_find(
    60,
    Findable(
        _("Contracts"), "writing-sign", CONTRACTS, FIND_CONTRACTS, "web:contract", "contract_number", "contact_name"
    ),
)
