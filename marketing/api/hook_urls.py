"""Where mail providers report, outside /api/v1 and without a token."""

from django.urls import path

from marketing.api.reports import MailReportView

urlpatterns = [path("webhooks/mail/<str:secret>", MailReportView.as_view(), name="mail-reports")]
