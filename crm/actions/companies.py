"""Writing companies."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.attached import bin_activities, restore_activities
from crm.actions.bin import refuse_expired
from crm.actions.references import check_many_references, check_references
from crm.models import Company, CompanyMerge, Contact, Deal
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.bulk import create_all
from leadercrm.core.errors import DomainError
from leadercrm.core.living import LivingModel

Values = dict[str, Any]


@domain_action(permission="crm.create_company")
def create_company(values: Values, *, actor: Actor) -> Company:
    """Make a company; its owner is the caller unless one is named."""
    check_references(values)
    company = Company(**{"owner_id": actor.user_id, **values})
    company.save()
    record(actor, company, "company.created")
    return company


@domain_action(permission="crm.create_company")
def create_companies(many: Sequence[Values], *, actor: Actor) -> list[Company]:
    """Make companies as create_company does, all or none of them."""
    check_many_references(many)
    companies = [Company(**{"owner_id": actor.user_id, **values}) for values in many]
    create_all(companies, "company.created", actor=actor)
    return companies


@domain_action(permission="crm.change_company")
def change_company(company: Company, values: Values, *, actor: Actor) -> Company:
    """Change the columns named in `values`."""
    check_references(values)
    company = lock(company)
    amend(company, values, actor=actor, action="company.changed")
    return company


@domain_action(permission="crm.delete_company")
def delete_company(company: Company, *, actor: Actor) -> None:
    """Delete a company softly with its activities; detach contacts (A-68) and deals. Restoring it reverses this."""
    company, at = lock(company), timezone.now()
    # Those in the bin, too: restored, they must not name a company that is gone.
    contacts = _locked(Contact, company=company)
    deals = _locked(Deal, company=company)
    _move(contacts, None, actor)
    _move(deals, None, actor)
    detached = {"detached": [row.pk for row in contacts], "detached_deals": [row.pk for row in deals]}
    amend(company, {"deleted_at": at, **detached}, actor=actor, action="company.deleted")
    bin_activities(company, at)


@domain_action(permission="crm.restore_company")
def restore_company(company: Company, *, actor: Actor) -> Company:
    """Take a company out of the bin; what its deletion detached, and has none since, comes back to it.

    One that was merged comes back by undoing its merge.
    """
    company = lock(company, deleted=True)
    refuse_expired(company)
    if CompanyMerge.objects.filter(loser=company, undone_at__isnull=True).exists():
        raise DomainError(
            _("This company was merged into another one."),
            field="merge_id",
            code="merged",
            hint=_("Undo the merge instead."),
        )
    _move(_locked(Contact, pk__in=company.detached, company=None), company.pk, actor)
    _move(_locked(Deal, pk__in=company.detached_deals, company=None), company.pk, actor)
    restore_activities(company)
    nothing: Values = {"detached": [], "detached_deals": []}
    amend(company, {"deleted_at": None, **nothing}, actor=actor, action="company.restored")
    return company


def _locked(model: type[LivingModel], **conditions: Any) -> list[Any]:
    return list(model.with_deleted.select_for_update(of=("self",)).filter(**conditions).order_by("pk"))


def _move(rows: Iterable[Contact | Deal], company_id: int | None, actor: Actor) -> None:
    for row in rows:
        amend(row, {"company_id": company_id}, actor=actor, action=f"{row._meta.model_name}.changed")
