"""What the models of `public` have in common in /operator/."""

from typing import Any

from leadercrm.core.admin_kit.history import MOST
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.operators.models import OperatorAudit


class PlatformAdmin(ActionAdmin):
    """A model of `public`; its history is the operators' audit."""

    section = "platform"

    def history_of(self, row: Any) -> Any:
        if not isinstance(row.pk, int):
            return OperatorAudit.objects.none()
        of_row = OperatorAudit.objects.filter(object_type=self.opts.label_lower, object_id=row.pk)
        return of_row.select_related("operator").order_by("-id")[:MOST]
