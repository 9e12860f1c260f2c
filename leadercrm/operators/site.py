"""The platform's admin site, /operator/. Nothing of a tenant's own tables is here."""

from typing import Any

from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadercrm.core.admin_kit.navigation import menu
from leadercrm.core.admin_kit.site import LATEST, ActorSite, actor_of
from leadercrm.core.models import WorkState
from leadercrm.operators.models import OperatorAudit, Visit
from leadercrm.tenancy.models import PendingWork, SchemaTemplate, Tenant


class OperatorSite(ActorSite):
    """For operators who have logged in here; not for one who is on a visit in a tenant."""

    def has_permission(self, request: HttpRequest) -> bool:
        actor = actor_of(request)
        return actor is not None and actor.kind == "operator" and actor.role is None

    def figures(self) -> list[dict[str, Any]]:
        """Accounts, spares, how far the schemas are, what waits, who visits."""
        accounts = Tenant.objects.filter(claimed_at__isnull=False)
        newest = SchemaTemplate.objects.order_by("-version").values_list("version", flat=True).first() or 0
        spares = Tenant.objects.filter(claimed_at__isnull=True, schema_version=newest).count()
        behind = accounts.exclude(schema_version=newest).count()
        now, place = timezone.now(), self.address(Tenant)
        visits = Visit.objects.filter(ended_at__isnull=True, expires_at__gt=now).count()
        return [
            figure(_("Accounts"), accounts.count(), place),
            figure(_("Suspended"), accounts.filter(suspended_at__isnull=False).count(), f"{place}?state=suspended"),
            figure(_("Spare schemas"), f"{spares} / {settings.SPARE_TENANTS}", f"{place}?state=spare"),
            figure(
                _("Schema version"), newest, self.address(SchemaTemplate), _("%s behind") % behind if behind else ""
            ),
            self._pending(),
            self._trouble(),
            figure(_("Visits going on"), visits, self.address(Visit)),
        ]

    def _pending(self) -> dict[str, Any]:
        waiting = PendingWork.objects.filter(trouble__isnull=True)
        oldest = waiting.aggregate(due=Min("due_at"))["due"]
        since = _("due since %s") % date_format(timezone.localtime(oldest), "SHORT_DATETIME_FORMAT") if oldest else ""
        late = bool(oldest and oldest < timezone.now())
        return figure(_("Pending work"), waiting.count(), self.address(PendingWork), since if late else "")

    def _trouble(self) -> dict[str, Any]:
        """What has failed for good, and of what nobody knows whether it was done."""
        found = PendingWork.objects.filter(trouble__isnull=False)
        in_doubt = found.filter(trouble=WorkState.IN_DOUBT).count()
        note = _("%s in doubt") % in_doubt if in_doubt else ""
        return figure(_("Work in trouble"), found.count(), self.address(PendingWork), note)

    def entries(self) -> Any:
        return OperatorAudit.objects.select_related("operator").order_by("-id")[:LATEST]


def figure(label: str, value: Any, link: str, note: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "link": link, "note": note}


operator_site = OperatorSite("operator", gettext_lazy("Leader CRM platform"))


def operator_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return menu(operator_site)
