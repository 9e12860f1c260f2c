"""Addresses of /api/copomex: outside /api/v1 and without a credential (G-01, G-06)."""

from django.urls import path

from leadercrm.postal.api.views import PostalCodeView

urlpatterns = [path("copomex/<str:cp>", PostalCodeView.as_view(), name="postal-code")]
