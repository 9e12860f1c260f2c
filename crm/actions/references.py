"""Checks of the ids that a body names: a row that does not exist here is a 422 on its field (G-17)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.models import Pipeline, Stage
from crm.queries import active_user_exists, company_exists, living_companies
from crm.queries_deals import living_contacts, stage_of
from leadercrm.core.errors import DomainError

SEE_PIPELINES = _("GET /pipelines lists the stages of each pipeline.")


def check_references(values: Mapping[str, Any]) -> None:
    """Refuse an owner who is no active user and a company that is not there."""
    owner_id, company_id = values.get("owner_id"), values.get("company_id")
    if owner_id is not None and not active_user_exists(owner_id):
        raise DomainError(_("There is no active user with this id."), field="owner_id", code="unknown_reference")
    if company_id is not None and not company_exists(company_id):
        raise DomainError(_("There is no company with this id."), field="company_id", code="unknown_reference")


def check_many_references(many: Sequence[Mapping[str, Any]]) -> None:
    """The same of many bodies: each id is asked for once."""
    for owner_id in {values["owner_id"] for values in many if values.get("owner_id") is not None}:
        check_references({"owner_id": owner_id})
    companies = {values["company_id"] for values in many if values.get("company_id") is not None}
    unknown = companies - living_companies(companies)
    if unknown:
        check_references({"company_id": unknown.pop()})


def check_contacts(contact_ids: Iterable[int]) -> list[int]:
    """These ids, each once, of contacts that cannot be deleted or merged before the transaction ends.

    The others are refused by their places: `contact_ids.1`.
    """
    wanted = list(dict.fromkeys(contact_ids))
    living = living_contacts(wanted) if wanted else set()
    unknown = {f"contact_ids.{place}": pk for place, pk in enumerate(contact_ids) if pk not in living}
    if unknown:
        message = _("There is no contact with this id.")
        raise DomainError(message, errors={place: [message] for place in unknown}, code="unknown_reference")
    return wanted


def find_stage(stage_id: int, pipeline_id: int) -> Stage:
    """A stage of this pipeline; it cannot be removed before the transaction ends. 422 for any other."""
    stage = stage_of(stage_id)
    if stage is None or stage.pipeline_id != pipeline_id:
        check_pipeline(pipeline_id)
        raise DomainError(
            _("This pipeline has no stage with this id."),
            field="stage_id",
            code="unknown_reference",
            hint=SEE_PIPELINES,
        )
    return stage


def check_pipeline(pipeline_id: int) -> None:
    """Refuse a pipeline that is not there: on its own field, as the stage may be a good one of another."""
    if not Pipeline.objects.filter(pk=pipeline_id).exists():
        raise DomainError(
            _("There is no pipeline with this id."), field="pipeline_id", code="unknown_reference", hint=SEE_PIPELINES
        )
