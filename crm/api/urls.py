"""Addresses of the sales half."""

from django.urls import path

from crm.api.activities import ActivityViewSet
from crm.api.deals import DealViewSet, PipelineViewSet, StageViewSet
from crm.api.merging import CompanyMergingViewSet, MergingViewSet
from crm.api.views import CompanyViewSet, ContactViewSet, NoteViewSet
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()
router.register("contacts", ContactViewSet, basename="contact")
router.register("companies", CompanyViewSet, basename="company")
router.register("deals", DealViewSet, basename="deal")
router.register("pipelines", PipelineViewSet, basename="pipeline")
router.register("activities", ActivityViewSet, basename="activity")

note_list = NoteViewSet.as_view({"get": "list", "post": "create"})
note_detail = NoteViewSet.as_view({"put": "update", "patch": "update", "delete": "destroy"})
stage_list = StageViewSet.as_view({"post": "create"})
stage_order = StageViewSet.as_view({"put": "order"})
stage_detail = StageViewSet.as_view({"put": "update", "patch": "update", "delete": "destroy"})

urlpatterns = [
    path("contacts/duplicates", MergingViewSet.as_view({"get": "duplicates"}), name="contact-duplicates"),
    path("contacts/upsert", ContactViewSet.as_view({"put": "upsert"}), name="contact-upsert"),
    path("contacts/<int:pk>/merge", MergingViewSet.as_view({"post": "merge"}), name="contact-merge"),
    path("contacts/<int:pk>/merge/undo", MergingViewSet.as_view({"post": "undo"}), name="contact-unmerge"),
    path("companies/duplicates", CompanyMergingViewSet.as_view({"get": "duplicates"}), name="company-duplicates"),
    path("companies/<int:pk>/merge", CompanyMergingViewSet.as_view({"post": "merge"}), name="company-merge"),
    path("companies/<int:pk>/merge/undo", CompanyMergingViewSet.as_view({"post": "undo"}), name="company-unmerge"),
    *router.urls,
    path("contacts/<int:contact_pk>/notes", note_list, name="note-list"),
    path("contacts/<int:contact_pk>/notes/<int:pk>", note_detail, name="note-detail"),
    path("pipelines/<int:pipeline_pk>/stages", stage_list, name="stage-list"),
    path("pipelines/<int:pipeline_pk>/stages/order", stage_order, name="stage-order"),
    path("pipelines/<int:pipeline_pk>/stages/<int:pk>", stage_detail, name="stage-detail"),
]
