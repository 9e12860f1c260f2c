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
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant().id)
    before = snapshot(tenant)
    chosen = {**(tenant.settings.get(SETTINGS_KEY) or {}), **as_settings(values)}
    if chosen != tenant.settings.get(SETTINGS_KEY):
        tenant.settings = {**tenant.settings, SETTINGS_KEY: chosen}
        tenant.save(update_fields=["settings"])
        record(actor, tenant, "billing.terms_changed", before=before)
    return replace(terms(), **{name: value for name, value in values.items() if name in asdict(terms())})
