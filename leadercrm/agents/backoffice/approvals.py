"""The approval inbox: what agents ask for, with its exact effect, and the two buttons."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.actions.approving import approve_call, refuse_call
from leadercrm.agents.backoffice.journal import SEE
from leadercrm.agents.filters import ApprovalFilter
from leadercrm.agents.models import Approval, ApprovalState
from leadercrm.agents.queries import APPROVALS
from leadercrm.core.admin_kit.told import introduce
from leadercrm.core.models import AuditEntry
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast, warn
from leadercrm.core.web.wording import call_values

MOST_OF_A_REASON = 2000
call_values(
    {
        "waiting": ("orange", _("Waiting")),
        "done": ("green", _("Carried out")),
        "refused": ("red", _("Refused")),
        "failed": ("red", _("Failed")),
        "expired": ("secondary", _("Expired")),
    }
)


class ApprovalList(ListPage):
    """What waits and what was decided, the latest first."""

    title = _("Approvals")
    section = "agents"
    template = "agents/approvals.html"
    required_permission = SEE
    rows = APPROVALS
    filters = ApprovalFilter.base_filters
    row_url = "web:approval"
    columns = (
        Column("tool", _("What"), "title"),
        Column("amount", _("Amount"), "money"),
        Column("agent", _("Agent")),
        Column("user_name", _("On behalf of"), "user"),
        Column("created_at", _("When"), "moment"),
        Column("status", _("State"), "badge"),
    )
    choices = (Choice("status", _("Any state"), lambda: ApprovalState.choices),)
    empty_title = _("Nothing waits for you")
    empty_text = _("What an agent may not do without being asked is decided here. Rules are set beside each token.")


class ApprovalPage(Page):
    """One call: its effect as it was tried, and what became of it."""

    template = "agents/approval.html"
    section = "agents"
    required_permission = SEE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        approval: Approval = row_of(APPROVALS, self.kwargs["pk"], self.actor)
        effect = approval.effect
        expired = approval.state == ApprovalState.WAITING and not approval.is_waiting
        return {
            "title": approval.tool,
            "approval": approval,
            "status": ApprovalState.EXPIRED if expired else approval.state,
            "arguments": sorted(approval.arguments.items()) if isinstance(approval.arguments, dict) else [],
            "changes": introduce(entry_of(change) for change in effect.get("changes", ())),
            "mails": effect.get("mails", ()),
            "may_decide": approval.is_waiting and self.actor.may("agents.approve", approval),
        }


class ApprovalApprove(Page):
    """Approve what was shown, and carry it out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        approval = row_of(APPROVALS, pk, self.actor)
        decided = approve_call(approval, digest=request.POST.get("digest", ""), actor=self.actor)
        told = {
            ApprovalState.DONE: _("Approved and carried out."),
            ApprovalState.FAILED: _("It was refused: see below."),
        }
        if decided.state == ApprovalState.WAITING:
            warn(request, _("The effect is another one by now. Nothing was done: look at it again."))
        else:
            toast(request, told[ApprovalState(decided.state)])
        return see_other(reverse("web:approval", args=(pk,)))


class ApprovalRefuse(Page):
    """Refuse it; its agent reads the reason."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "").strip()[:MOST_OF_A_REASON]
        refuse_call(row_of(APPROVALS, pk, self.actor), reason=reason, actor=self.actor)
        toast(request, _("Refused."))
        return see_other(reverse("web:approval", args=(pk,)))


def entry_of(change: dict[str, Any]) -> AuditEntry:
    """A change as the audit would have it, to be shown as its entries are."""
    return AuditEntry(
        action=change["action"],
        object_type=change["object_type"],
        object_id=change["object_id"],
        changes=change["changes"],
    )
