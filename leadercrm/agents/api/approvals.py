"""Calls that wait for somebody's word, under /api/v1: read, and asked after. They are decided on the page alone."""

from django.utils.translation import gettext_lazy as _

from leadercrm.agents.filters import ApprovalFilter
from leadercrm.agents.queries import APPROVALS
from leadercrm.core.api.described import Resource
from leadercrm.core.api.views import TenantViewSet

APPROVAL = Resource(
    "Approval",
    _("approval"),
    _("approvals"),
    _(
        "Calls of agents that a person has to approve, with their exact effect. They are approved or refused in the "
        "back office, and carried out once; `result` is what the call gave."
    ),
)


class ApprovalViewSet(TenantViewSet):
    resource = APPROVAL
    rows = APPROVALS
    filters = ApprovalFilter.base_filters
    required_permission = "agents.view_journal"
