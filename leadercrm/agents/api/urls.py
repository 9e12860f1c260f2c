"""Addresses of what agents did."""

from django.urls import path

from leadercrm.agents.api.approvals import ApprovalViewSet
from leadercrm.agents.api.changesets import ChangeSetViewSet
from leadercrm.agents.api.policies import PolicyView

urlpatterns = [
    path("agent/approvals", ApprovalViewSet.as_view({"get": "list"}), name="approval-list"),
    path("agent/approvals/<int:pk>", ApprovalViewSet.as_view({"get": "retrieve"}), name="approval-detail"),
    path("auth/tokens/<int:pk>/policy", PolicyView.as_view(), name="token-policy"),
    path("agent/changesets", ChangeSetViewSet.as_view({"get": "list"}), name="changeset-list"),
    path("agent/changesets/<int:pk>", ChangeSetViewSet.as_view({"get": "retrieve"}), name="changeset-detail"),
    path("agent/changesets/<int:pk>/undo", ChangeSetViewSet.as_view({"post": "undo"}), name="changeset-undo"),
]
