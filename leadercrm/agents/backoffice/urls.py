"""The addresses of the agents' pages, and their line in the side bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.backoffice.approvals import ApprovalApprove, ApprovalList, ApprovalPage, ApprovalRefuse
from leadercrm.agents.backoffice.journal import ChangeSetPage, ChangeSetUndo, JournalPage
from leadercrm.agents.backoffice.rules import RulesPage
from leadercrm.core.web.navigation import Entry, enter

urlpatterns = [
    path("approvals", ApprovalList.as_view(), name="approvals"),
    path("approvals/<int:pk>", ApprovalPage.as_view(), name="approval"),
    path("approvals/<int:pk>/approve", ApprovalApprove.as_view(), name="approval-approve"),
    path("approvals/<int:pk>/refuse", ApprovalRefuse.as_view(), name="approval-refuse"),
    path("tokens/<int:pk>/rules", RulesPage.as_view(), name="token-rules"),
    path("journal", JournalPage.as_view(), name="agents"),
    path("journal/<int:pk>", ChangeSetPage.as_view(), name="changeset"),
    path("journal/<int:pk>/undo", ChangeSetUndo.as_view(), name="changeset-undo"),
]

enter(80, "", Entry(_("Agents"), "robot", "web:agents", "agents", "agents.view_journal"))
