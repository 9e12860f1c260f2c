"""Addresses of forms on other people's websites: outside /api/v1, without a credential (contract, G-01, G-06)."""

from django.urls import path

from marketing.api.submitting import SubmitView

urlpatterns = [path("forms/<str:api_key>/submit", SubmitView.as_view(), name="form-submit")]
