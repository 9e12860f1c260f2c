"""What the API's description calls the resources of billing."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.described import Resource

PRODUCT = Resource("Product", _("product"), _("products"), _("What is sold, with its price and its tax."))
CATEGORY = Resource(
    "ProductCategory",
    _("product category"),
    _("product categories"),
    _("What products are sorted by."),
)
QUOTE = Resource("Quote", _("quote"), _("quotes"), _("What is offered to a contact, in revisions."))
INVOICE = Resource("Invoice", _("invoice"), _("invoices"), _("Claims for money, and what has been paid of them."))
RECURRING = Resource(
    "RecurringInvoice",
    _("recurring invoice"),
    _("recurring invoices"),
    _("Invoices that are made again every so many months."),
)
CONTRACT = Resource("Contract", _("contract"), _("contracts"), _("Agreements, from the draft to the signature."))
TEMPLATE = Resource(
    "ContractTemplate",
    _("contract template"),
    _("contract templates"),
    _("Texts with [[merge_fields]] that contracts are made of."),
)
PAYMENT = Resource("Payment", _("payment"), _("payments"), _("Money towards an invoice, in its currency."))
ACCOUNT = Resource("Account", _("account"), _("accounts"), _("What contacts and companies owe."))
BRANDING = Resource("Branding", _("branding"), _("branding"), _("How the tenant presents itself on its papers."))
ARRIVED = _("Say that the mail has arrived, or is not needed any more")
TERMS = Resource("BillingTerms", _("terms"), _("terms"), _("What documents have where nobody says otherwise."))
