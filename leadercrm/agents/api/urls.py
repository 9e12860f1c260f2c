"""Addresses of what agents did."""

from django.urls import path

from leadercrm.agents.api.changesets import ChangeSetViewSet

urlpatterns = [
    path("agent/changesets", ChangeSetViewSet.as_view({"get": "list"}), name="changeset-list"),
    path("agent/changesets/<int:pk>", ChangeSetViewSet.as_view({"get": "retrieve"}), name="changeset-detail"),
    path("agent/changesets/<int:pk>/undo", ChangeSetViewSet.as_view({"post": "undo"}), name="changeset-undo"),
]
