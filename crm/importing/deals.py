"""What can be done to many deals at once, and how rows of a file become some of them."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from crm.actions.deals import change_deal, create_deal, create_deals, delete_deal
from crm.api.serializers import DealInput
from crm.filters import DealFilter
from crm.importing.names import COMPANY_TARGET, OWNER_TARGET, PARTICIPANTS, STAGE, emails, folded, upper
from crm.models import Deal, Stage
from crm.queries_deals import DEALS
from leadercrm.core.text import fold
from leadercrm.lists.cells import day, number, percent
from leadercrm.lists.kinds import Importing, Kind, Target, Values, let_batch

DEAL_TARGETS = (
    Target("name", _("Name"), "nombre, negocio, oportunidad, trato, asunto, deal, opportunity, deal name, title"),
    Target("stage_id", _("Stage"), "etapa, fase, estado, stage, deal stage, status", lookup=STAGE),
    Target("amount", _("Amount"), "monto, importe, valor, total, amount, value", number),
    Target("currency", _("Currency"), "moneda, divisa, currency", upper),
    Target("probability", _("Probability, %"), "probabilidad, probability", percent),
    Target(
        "expected_close_date", _("Expected close"),
        "cierre, fecha de cierre, cierre esperado, fecha estimada, close date, expected close date", day,
    ),
    COMPANY_TARGET,
    Target(
        "contact_ids", _("E-mail addresses of contacts"),
        "contacto, contactos, correo, correo del contacto, email, contact", emails, lookup=PARTICIPANTS, many=True,
    ),
    OWNER_TARGET,
    Target("lost_reason", _("Reason of loss"), "motivo de perdida, razon de perdida, lost reason"),
)  # fmt: skip


def _deal_keys(values: Values) -> Sequence[str]:
    return [f"{values.get('company_id') or ''}:{fold(values['name'])}"]


def _deals_of(keys: Iterable[str]) -> dict[str, int]:
    wanted = set(keys)
    names = [key.partition(":")[2] for key in wanted]
    rows = Deal.objects.annotate(plain=folded("name")).filter(plain__in=names).order_by("-pk")
    found = {f"{company or ''}:{plain}": pk for pk, company, plain in rows.values_list("pk", "company_id", "plain")}
    return {key: pk for key, pk in found.items() if key in wanted}


def _with_pipeline(values: Values) -> Values:
    """A stage's pipeline goes with it."""
    stage = Stage.objects.filter(pk=values["stage_id"]).first() if str(values.get("stage_id", "")).isdigit() else None
    return {**values, "pipeline_id": stage.pipeline_id} if stage else values


let_batch(
    Kind(
        "deals", _("Deals"), DEALS, DealInput, "web:deal", "web:deal-list",
        create_deal, change_deal, delete_deal,
        Importing(lambda: DEAL_TARGETS, create_deals, _deal_keys, _deals_of, required="name"),
        filters=DealFilter.base_filters,
        complete=_with_pipeline,
        own=("crm.DealContact.deal", "crm.StageChange.deal"),
    )
)  # fmt: skip
