"""What is kept about a person, for them to have."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from crm.actions.privacy import export_person
from crm.filters import ContactFilter
from crm.queries import CONTACTS, DELETED_CONTACTS
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.backoffice.settings.erasing import erasures
from leadercrm.core.web.pages import row_of
from leadercrm.core.web.reading import first_rows

EXPORT = "crm.export_person"
MOST_FOUND = 20


class PrivacyPage(InSettings):
    """Find a person, and take along everything that is kept about them."""

    template = "backoffice/settings/privacy.html"
    title = _("Privacy")
    place_in = "privacy"
    required_permission = EXPORT

    def context(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("search", "").strip()[:200]
        query = {"search": words}
        found = [
            row
            for rows in (CONTACTS, DELETED_CONTACTS)
            if words
            for row in first_rows(rows, self.actor, ContactFilter.base_filters, query, MOST_FOUND)
        ]
        return {"words": words, "found": found, "erasures": erasures()}


class PersonExport(InSettings):
    """Everything about a contact as a JSON file."""

    http_method_names = ["post"]
    required_permission = EXPORT

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = export_person(row_of(CONTACTS, pk, self.actor), actor=self.actor)
        response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="contact-{pk}.json"'
        return response
