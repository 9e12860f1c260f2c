"""Addresses for clients, outside the API."""

from django.urls import path, re_path

from billing.public.pages import (
    AcceptQuote,
    DocumentFile,
    DocumentPage,
    ReceiptFile,
    RejectQuote,
    SignContract,
)
from billing.public.theme import theme
from billing.public.verifying import VerifyPage

urlpatterns = [
    re_path(r"^p/theme/(?P<colour>[0-9a-f]{6})\.css\Z", theme, name="public-theme"),
    path("p/<str:token>", DocumentPage.as_view(), name="public-document"),
    path("p/<str:token>/pdf", DocumentFile.as_view(), name="public-pdf"),
    path("p/<str:token>/receipts/<int:payment_id>", ReceiptFile.as_view(), name="public-receipt"),
    path("p/<str:token>/accept", AcceptQuote.as_view(), name="public-accept"),
    path("p/<str:token>/reject", RejectQuote.as_view(), name="public-reject"),
    path("p/<str:token>/sign", SignContract.as_view(), name="public-sign"),
    path("verify", VerifyPage.as_view(), name="verify"),
]
