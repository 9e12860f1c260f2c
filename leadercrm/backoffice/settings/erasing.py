"""Erasing a person on their demand."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.erasing import erase_person
from crm.api.serializers import ErasureInput
from crm.models import Contact, Erasure
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.admin_kit.told import kind
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.forms import Field, FormPage

ERASE = "crm.erase_person"
MOST_SHOWN = 50


class PersonErase(InSettings, FormPage):
    """What will happen, why it is done, and that it is meant."""

    template = "backoffice/settings/erase.html"
    title = _("Erase a person")
    place_in = "privacy"
    required_permission = ERASE
    serializer = ErasureInput
    fields = (
        Field(
            "reason",
            _("Reason"),
            "area",
            hint=_("Who asked for it, when, and how. The audit keeps it, without what would name the person."),
            half=False,
        ),
        Field("sure", _("I am sure: this cannot be undone."), "flag", half=False),
    )
    place = ("web:settings-privacy", "web:settings-privacy", title, title)

    def beside(self) -> dict[str, Any]:
        return {"contact": self._contact()}

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Erasure:
        erasure: Erasure = erase_person(self._contact(), reason=values["reason"], actor=self.actor)
        self.done = _("The person is erased. %(kept)s") % {"kept": told(erasure)}  # type: ignore[misc]
        return erasure

    def after(self, saved: Erasure) -> str:
        return reverse("web:settings-privacy")

    def _row(self) -> dict[str, Any] | None:
        """What is asked for is no row that there is."""
        return None

    def _contact(self) -> Contact:
        """Those in the bin, too; whoever is erased already is nobody."""
        pk = self.kwargs["pk"]
        found: Contact | None = Contact.with_deleted.filter(pk=pk).first() if pk <= MAX_ID else None
        if found is None or Erasure.objects.filter(contact_id=pk).exists():
            raise NotFound()
        return found


def told(erasure: Erasure) -> str:
    """What is kept of somebody, in words."""
    if not erasure.kept:
        return str(_("Nothing of them is kept."))
    kept = ", ".join(f"{kind(label)}: {number}" for label, number in erasure.kept.items())
    return str(_("The law wants kept: %(kept)s.") % {"kept": kept})


def erasures() -> list[tuple[Erasure, str]]:
    """The latest, each with what is kept."""
    rows = Erasure.objects.select_related("user").order_by("-pk")[:MOST_SHOWN]
    return [(row, told(row)) for row in rows]
