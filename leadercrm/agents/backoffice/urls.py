"""The addresses of the agents' pages, and their line in the side bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.backoffice.journal import ChangeSetPage, ChangeSetUndo, JournalPage
from leadercrm.core.web.navigation import Entry, enter

urlpatterns = [
    path("journal", JournalPage.as_view(), name="agents"),
    path("journal/<int:pk>", ChangeSetPage.as_view(), name="changeset"),
    path("journal/<int:pk>/undo", ChangeSetUndo.as_view(), name="changeset-undo"),
]

enter(80, "", Entry(_("Agents"), "robot", "web:agents", "agents", "agents.view_journal"))
