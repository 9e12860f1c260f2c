"""How many campaigns an address gets at most."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.models import Tenant
from marketing.silenced import SETTINGS_KEY

Cap = dict[str, int | None]
NO_CAP: Cap = {"mails": None, "days": None}


@domain_action(permission="marketing.change_campaign_settings")
def change_frequency_cap(values: Cap, *, actor: Actor) -> Cap:
    """Let an address get `mails` campaigns within `days` days and no more; with both None, as many as there are.

    It holds from the next mail on, for campaigns that are being sent, too. Refuses one without the other.
    """
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant().id)
    before, former = snapshot(tenant), {**NO_CAP, **(tenant.settings.get(SETTINGS_KEY) or {})}
    chosen = {**former, **values}
    if (chosen["mails"] is None) != (chosen["days"] is None):
        lacking = "days" if chosen["days"] is None else "mails"
        raise DomainError(_("A cap needs both: how many mails, and in how many days."), field=lacking)
    if chosen != former:
        tenant.settings = {**tenant.settings, SETTINGS_KEY: chosen}
        tenant.save(update_fields=["settings"])
        record(actor, tenant, "campaign_settings.changed", before=before)
    return chosen
