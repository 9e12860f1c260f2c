"""The addresses of the pages of marketing, and their lines in the menus."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from leadercrm.core.web.navigation import Entry, enter, offer_new
from marketing.backoffice import (
    campaigns,
    form_writing,
    forms,
    pictures,
    segments,
    suppressions,
    timelines,
    wording,
    writing,
)

urlpatterns = [
    path("segments", segments.SegmentList.as_view(), name="segments"),
    path("segments/new", segments.SegmentForm.as_view(), name="segment-new"),
    path("segments/options", segments.SegmentOptions.as_view(), name="segment-options"),
    path("segments/count", segments.SegmentCount.as_view(), name="segment-count"),
    path("segments/<int:pk>", segments.SegmentPage.as_view(), name="segment"),
    path("segments/<int:pk>/edit", segments.SegmentForm.as_view(), name="segment-edit"),
    path("segments/<int:pk>/why", segments.SegmentWhy.as_view(), name="segment-why"),
    path("segments/<int:pk>/add", segments.MembersAdd.as_view(), name="segment-add"),
    path("segments/<int:pk>/remove", segments.MemberRemove.as_view(), name="segment-remove"),
    path("segments/<int:pk>/delete", segments.SegmentDelete.as_view(), name="segment-delete"),
    path("segments/<int:pk>/restore", segments.SegmentRestore.as_view(), name="segment-restore"),
    path("campaigns", campaigns.CampaignList.as_view(), name="campaigns"),
    path("campaigns/new", writing.CampaignForm.as_view(), name="campaign-new"),
    path("campaigns/draft", writing.CampaignDraft.as_view(), name="campaign-draft"),
    path("campaigns/checks", writing.CampaignChecks.as_view(), name="campaign-checks"),
    path("campaigns/pictures", pictures.PictureShelf.as_view(), name="pictures"),
    path("campaigns/pictures/<int:pk>/delete", pictures.PictureDelete.as_view(), name="picture-delete"),
    path("campaigns/<int:pk>", campaigns.CampaignPage.as_view(), name="campaign"),
    path("campaigns/<int:pk>/edit", writing.CampaignForm.as_view(), name="campaign-edit"),
    path("campaigns/<int:pk>/preview", writing.CampaignPreview.as_view(), name="campaign-preview"),
    path("campaigns/<int:pk>/figures", campaigns.CampaignFigures.as_view(), name="campaign-figures"),
    path("campaigns/<int:pk>/recipients", campaigns.RecipientList.as_view(), name="campaign-recipients"),
    path("campaigns/<int:pk>/send", campaigns.CampaignSend.as_view(), name="campaign-send"),
    path("campaigns/<int:pk>/try", campaigns.CampaignTry.as_view(), name="campaign-try"),
    path("campaigns/<int:pk>/duplicate", campaigns.CampaignDuplicate.as_view(), name="campaign-duplicate"),
    path("campaigns/<int:pk>/pause", campaigns.CampaignPause.as_view(), name="campaign-pause"),
    path("campaigns/<int:pk>/resume", campaigns.CampaignResume.as_view(), name="campaign-resume"),
    path("campaigns/<int:pk>/cancel", campaigns.CampaignCancel.as_view(), name="campaign-cancel"),
    path("campaigns/<int:pk>/unschedule", campaigns.CampaignUnschedule.as_view(), name="campaign-unschedule"),
    path("campaigns/<int:pk>/delete", campaigns.CampaignDelete.as_view(), name="campaign-delete"),
    path("campaigns/<int:pk>/restore", campaigns.CampaignRestore.as_view(), name="campaign-restore"),
    path("forms", forms.LeadFormList.as_view(), name="forms"),
    path("forms/new", form_writing.LeadFormEdit.as_view(), name="form-new"),
    path("forms/draft", form_writing.LeadFormDraft.as_view(), name="form-draft"),
    path("forms/<int:pk>", forms.LeadFormPage.as_view(), name="form"),
    path("forms/<int:pk>/edit", form_writing.LeadFormEdit.as_view(), name="form-edit"),
    path("forms/<int:pk>/switch", forms.LeadFormSwitch.as_view(), name="form-switch"),
    path("forms/<int:pk>/rotate", forms.LeadFormRotate.as_view(), name="form-rotate"),
    path("forms/<int:pk>/delete", forms.LeadFormDelete.as_view(), name="form-delete"),
    path("forms/<int:pk>/restore", forms.LeadFormRestore.as_view(), name="form-restore"),
    path("forms/submissions/<int:pk>/accept", forms.SubmissionAccept.as_view(), name="form-submission-accept"),
    path("forms/submissions/<int:pk>/spam", forms.SubmissionSpam.as_view(), name="form-submission-spam"),
    path("forms/submissions/<int:pk>", forms.SubmissionPage.as_view(), name="form-submission"),
    path("suppressions", suppressions.SuppressionList.as_view(), name="suppressions"),
    path("suppressions/new", suppressions.SuppressionForm.as_view(), name="suppression-new"),
    path("suppressions/<int:pk>/release", suppressions.SuppressionRelease.as_view(), name="suppression-release"),
]

enter(
    30,
    _("Marketing"),
    Entry(_("Campaigns"), "speakerphone", "web:campaigns", "campaigns", "marketing.view_campaign"),
    Entry(_("Segments"), "users-group", "web:segments", "segments", "marketing.view_segment"),
    Entry(_("Forms"), "forms", "web:forms", "forms", "marketing.view_form"),
    Entry(_("Suppressions"), "mail-off", "web:suppressions", "suppressions", "marketing.view_suppression"),
)
offer_new(70, Entry(_("Segment"), "users-group", "web:segment-new", permission="marketing.create_segment"))
offer_new(80, Entry(_("Campaign"), "speakerphone", "web:campaign-new", permission="marketing.create_campaign"))
offer_new(90, Entry(_("Form"), "forms", "web:form-new", permission="marketing.create_form"))

__all__ = ["timelines", "urlpatterns", "wording"]
