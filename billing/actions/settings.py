"""Changing a tenant's own terms."""

from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.terms import SETTINGS_KEY, Terms, as_settings, is_clabe, terms
from crm.models import Stage
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.models import Tenant


@domain_action(permission="billing.change_settings")
def change_terms(values: dict[str, Any], *, actor: Actor) -> Terms:
    """Change the terms that `values` name. Refuses a CLABE whose check digit is wrong, and an unknown stage."""
    clabe, stage_id = values.get("bank_clabe"), values.get("approved_stage_id")
    if clabe is not None and not is_clabe(clabe):
        raise DomainError(_("This is no CLABE: 18 digits, the last of which checks the others."), field="bank_clabe")
    if stage_id is not None and not Stage.objects.filter(pk=stage_id).exists():
        raise DomainError(_("There is no stage with this id."), field="approved_stage_id", code="unknown_reference")
    choose(SETTINGS_KEY, as_settings(values), actor=actor, action="billing.terms_changed")
    return replace(terms(), **{name: value for name, value in values.items() if name in asdict(terms())})


def choose(key: str, values: dict[str, Any], *, actor: Actor, action: str) -> dict[str, Any]:
    """Write `values` into a part of the bound tenant's settings, under its lock; returns that part as it was."""
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant().id)
    before, former = snapshot(tenant), tenant.settings.get(key) or {}
    chosen = {**former, **values}
    if chosen != former:
        tenant.settings = {**tenant.settings, key: chosen}
        tenant.save(update_fields=["settings"])
        record(actor, tenant, action, before=before)
    return dict(former)
