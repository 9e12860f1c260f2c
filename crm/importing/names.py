"""What names in the cells of a table stand for: users, companies, stages, contacts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.actions.companies import create_companies
from crm.models import Contact, Stage
from crm.queries import COMPANIES
from leadercrm.core.actor import Actor
from leadercrm.core.text import fold
from leadercrm.lists.cells import Options, entries, text
from leadercrm.lists.kinds import Lookup, Names, Target, Values

ACCENTS, PLAIN = "áéíóúüñàèìòùâêîôûäëïöãõç", "aeiouunaeiouaeiouaeioaoc"


def folded(column: str) -> Func:
    """A column's text in lower case and without the accents of our languages, to compare with `fold`."""
    return Func(Lower(column), Value(ACCENTS), Value(PLAIN), function="translate", output_field=TextField())


def _users(names: Names, actor: Actor) -> Mapping[str, Values]:
    """By name, else by e-mail address."""
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    rows = list(users.filter(is_active=True).values_list("pk", "name", "email"))
    by_email = {email.lower(): {"owner_id": pk} for pk, _name, email in rows}
    return {**by_email, **{fold(name): {"owner_id": pk} for pk, name, _email in rows}}


def _companies(names: Names, actor: Actor) -> Mapping[str, Values]:
    rows = COMPANIES.visible(actor).annotate(folded=folded("name")).filter(folded__in=list(names))
    return {fold(name): {"company_id": pk} for pk, name in rows.order_by("-pk").values_list("pk", "name")}


def _make_companies(names: Sequence[str], common: Values, actor: Actor) -> Mapping[str, Values]:
    made = create_companies([{"name": name, **common} for name in names], actor=actor)
    return {name: {"company_id": company.pk} for name, company in zip(names, made, strict=True)}


def _stages(names: Names, actor: Actor) -> Mapping[str, Values]:
    """By name, those of the default pipeline first, or as `pipeline: stage`; nothing is the first stage."""
    rows = Stage.objects.order_by("pipeline__is_default", "-pipeline_id", "-position", "-pk")
    found: dict[str, Values] = {}
    for pk, name, pipeline_id, pipeline in rows.values_list("pk", "name", "pipeline_id", "pipeline__name"):
        value = {"stage_id": pk, "pipeline_id": pipeline_id}
        found.update(dict.fromkeys((fold(name), fold(f"{pipeline}: {name}"), ""), value))
    return found


def _participants(names: Names, actor: Actor) -> Mapping[str, Values]:
    """Contacts by their e-mail addresses."""
    found = contacts_of([f"e:{name}" for name in names])
    return {key.removeprefix("e:"): {"contact_ids": [pk]} for key, pk in found.items()}


OWNER = Lookup(_users, _("There is no active user called"))
COMPANY = Lookup(
    _companies, _("There is no company called"), _make_companies, allowed="crm.create_company", makes="companies"
)
STAGE = Lookup(_stages, _("There is no stage called"), default=True)
PARTICIPANTS = Lookup(_participants, _("There is no contact with the address"))
OWNER_TARGET = Target(
    "owner_id", _("Owner"), "propietario, responsable, vendedor, asesor, ejecutivo, owner, assigned to", lookup=OWNER
)
COMPANY_TARGET = Target(
    "company_id", _("Company"), "empresa, compañia, cliente, organizacion, razon social, organization, account",
    lookup=COMPANY,
)  # fmt: skip


def emails(cell: str, options: Options) -> list[str]:
    return [email.removeprefix("mailto:") for email in entries(cell, options)]


def upper(cell: str, options: Options) -> str:
    return text(cell, options).upper()


def contacts_of(keys: Iterable[str]) -> dict[str, int]:
    """The oldest living contact of each key."""
    wanted = set(keys)
    rows = Contact.objects.filter(match_keys__overlap=list(wanted)) if wanted else Contact.objects.none()
    found = list(rows.values_list("pk", "match_keys"))
    return {key: pk for pk, own in sorted(found, reverse=True) for key in own if key in wanted}
