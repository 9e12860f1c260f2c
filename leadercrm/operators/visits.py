"""An operator's visit to a tenant: how it begins, who acts during it, how it ends."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from leadercrm.core.actions import domain_action, record
from leadercrm.core.actor import Actor, Role
from leadercrm.operators.audit import note, operator_action
from leadercrm.operators.credentials import issue, resolve
from leadercrm.operators.models import VISIT_LIFE, Operator, Visit
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.models import Tenant

VISIT_COOKIE = "leadercrm_visit"


@dataclass(frozen=True)
class Visitor:
    """What templates show of an operator on a visit, in the place of a user."""

    email: str
    name: str
    pk: None = None
    is_authenticated: bool = True

    @classmethod
    def of(cls, visit: Visit) -> "Visitor":
        return cls(visit.operator.email, visit.operator.name)

    def get_username(self) -> str:
        return self.name


@operator_action
def enter_tenant(tenant: Tenant, *, reason: str, operator: Operator, actor: Actor) -> str:
    """Begin a visit; returns its cookie's text. The tenant's own audit says who comes, and why."""
    visit = Visit(operator=operator, tenant=tenant, reason=reason)
    text = issue(visit, VISIT_LIFE)
    bound = BoundTenant.of(tenant)
    with bind(bound, inside_transaction=True):
        admit(visit, actor=visiting_actor(visit, ip=actor.ip or "", request_id=actor.request_id))
    note(actor, visit, "tenant.entered", tenant_id=tenant.pk)
    return text


@domain_action(permission="operators.visit")
def admit(visit: Visit, *, actor: Actor) -> None:
    """Tell the tenant of a visit, in its own audit."""
    record(actor, visit, "operator.entered")


def leave(visit: Visit, *, actor: Actor) -> None:
    """End a visit before its hour is over; the tenant is bound."""
    with transaction.atomic():
        Visit.objects.filter(pk=visit.pk, ended_at__isnull=True).update(ended_at=timezone.now())
        dismiss(visit, actor=actor)


@domain_action(permission="operators.visit")
def dismiss(visit: Visit, *, actor: Actor) -> None:
    """Tell the tenant that a visit has ended."""
    visit.ended_at = timezone.now()
    record(actor, visit, "operator.left", before={"ended_at": None})


def resolve_visit(text: str) -> Visit | None:
    """The visit of a cookie, while it is in force and its operator active."""
    visits = Visit.objects.select_related("operator", "tenant").filter(tenant__claimed_at__isnull=False)
    return resolve(visits, text)


def visiting_actor(visit: Visit, *, ip: str, request_id: str) -> Actor:
    """An operator inside a tenant: an administrator who is none of its users, and named in every entry."""
    return Actor(
        kind="operator",
        via="admin",
        role=Role.ADMIN,
        ip=ip or None,
        request_id=request_id,
        label=f"{visit.operator.email}: {visit.reason}"[:255],
        tenant_settings=visit.tenant.settings,
    )
