"""Addresses of quotes, invoices, payments and contracts."""

from django.urls import path

from billing.api.accounts import AgeingView, CompanyStatementView, ContactStatementView
from billing.api.branding import BrandingView, LogoView
from billing.api.contracts import ContractTemplateViewSet, ContractViewSet
from billing.api.invoices import InvoiceViewSet, PaymentViewSet, RecurringInvoiceViewSet
from billing.api.quotes import QuoteViewSet
from billing.api.settings import TermsView
from billing.api.statements_pdf import CompanyStatementPdf, ContactStatementPdf
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()
router.register("quotes", QuoteViewSet, basename="quote")
router.register("invoices", InvoiceViewSet, basename="invoice")
router.register("payments", PaymentViewSet, basename="payment")
router.register("contracts", ContractViewSet, basename="contract")
router.register("contract-templates", ContractTemplateViewSet, basename="contract-template")
router.register("recurring-invoices", RecurringInvoiceViewSet, basename="recurring-invoice")

urlpatterns = [
    path("invoices/ageing", AgeingView.as_view(), name="invoice-ageing"),
    path("contacts/<int:pk>/statement", ContactStatementView.as_view(), name="contact-statement"),
    path("contacts/<int:pk>/statement/pdf", ContactStatementPdf.as_view(), name="contact-statement-pdf"),
    path("companies/<int:pk>/statement/pdf", CompanyStatementPdf.as_view(), name="company-statement-pdf"),
    path("companies/<int:pk>/statement", CompanyStatementView.as_view(), name="company-statement"),
    path("billing/branding", BrandingView.as_view(), name="billing-branding"),
    path("billing/branding/logo", LogoView.as_view(), name="billing-logo"),
    path("billing/settings", TermsView.as_view(), name="billing-settings"),
    *router.urls,
]
