"""Agents' rules and questions in a tenant's admin site. They are set and decided on their pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.models import Approval, Policy
from leadercrm.core.admin_kit import told
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Policy, _("token's policy"), _("tokens' policies"), token_id=_("token"), rules=_("rules"),
    hours=_("hours that a question waits"),
)  # fmt: skip
call(
    Approval, _("approval"), _("approvals"), state=_("state"), user=_("user"), token_id=_("token"), agent=_("agent"),
    client=_("client program"), ip=_("address"), tool=_("tool"), arguments=_("arguments"), effect=_("effect"),
    amount=_("amount"), currency=_("currency"), created_at=_("asked"), expires_at=_("waits until"),
    decided_by=_("decided by"), decided_at=_("decided"), reason=_("reason"), result=_("result"),
    change_set_id=_("agent's call"), digest=_("digest"),
)  # fmt: skip
told.tell(asked=_("question"), turned_down=_("refusal"), failed=_("failure"), set=_("setting"))


class ApprovalFilter(OneOfFilter):
    """Where it stands."""

    title, parameter_name = _("state"), "state"
    values = ("waiting", "done", "refused", "failed")


@admin.register(Policy, site=tenant_site)
class PolicyAdmin(ActionAdmin):
    section, icon = "records", "policy"
    list_display = ("token_id", "hours")
    fields: ClassVar[Any] = (("token_id", "hours"), "rules")


@admin.register(Approval, site=tenant_site)
class ApprovalAdmin(ActionAdmin):
    section, icon = "records", "approval"
    list_display = ("created_at", "tool", "amount", "agent", "user", "state", "decided_by")
    list_select_related = ("user", "decided_by")
    list_filter = (ApprovalFilter, "user")
    fields: ClassVar[Any] = (
        ("tool", "state"), ("agent", "client", "user"), ("amount", "currency"), ("created_at", "expires_at"),
        ("decided_by", "decided_at"), "reason", "arguments", "effect", "digest",
    )  # fmt: skip
