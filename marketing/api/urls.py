"""Addresses of marketing."""

from django.urls import path

from leadercrm.core.api.routers import ApiRouter
from marketing.api.campaigns import CampaignViewSet
from marketing.api.cap import CapView
from marketing.api.consents import ConsentView, ImportView, SuppressionViewSet
from marketing.api.forms import AcceptView, FormViewSet, RefuseView
from marketing.api.pictures import PictureViewSet
from marketing.api.reports import MailHookView
from marketing.api.segments import FieldsView, PreviewView, SegmentViewSet, WhyView

router = ApiRouter()
router.register("campaigns", CampaignViewSet, basename="campaign")
router.register("forms", FormViewSet, basename="form")
router.register("segments", SegmentViewSet, basename="segment")
router.register("suppressions", SuppressionViewSet, basename="suppression")

urlpatterns = [
    path("campaigns/settings", CapView.as_view(), name="campaign-settings"),
    path("campaign-pictures", PictureViewSet.as_view({"get": "list", "post": "create"}), name="campaign-picture-list"),
    path(
        "campaign-pictures/<int:pk>",
        PictureViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="campaign-picture-detail",
    ),
    path("mail-webhook", MailHookView.as_view(), name="mail-hook"),
    path("segments/fields", FieldsView.as_view(), name="segment-fields"),
    path("segments/preview", PreviewView.as_view(), name="segment-preview"),
    path("segments/<int:pk>/contacts/<int:contact_pk>/why", WhyView.as_view(), name="segment-why"),
    path("forms/<int:pk>/submissions/<int:submission_pk>/accept", AcceptView.as_view(), name="submission-accept"),
    path("forms/<int:pk>/submissions/<int:submission_pk>/spam", RefuseView.as_view(), name="submission-spam"),
    path("suppressions/import", ImportView.as_view(), name="suppression-import"),
    path("contacts/<int:pk>/consent", ConsentView.as_view(), name="contact-consent"),
    *router.urls,
]
