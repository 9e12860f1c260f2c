"""Links that reach somebody, and say on their timeline that they were followed."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import delete_activity
from crm.actions.reaching import WAYS, note_reached
from crm.backoffice.timelines import drawn
from crm.queries import COMPANIES, CONTACTS
from crm.queries_activities import ACTIVITIES
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import DomainError
from leadercrm.core.text import phone_digits
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.pages import Page, json_row
from leadercrm.core.web.toasts import toast

DONE = {"tel": _("The call is on the timeline."), "mailto": _("The mail is on the timeline."),
        "whatsapp": _("The WhatsApp message is on the timeline.")}  # fmt: skip


class ReachPage(Page):
    """Somebody has followed a link to a contact's or a company's phone or address: what htmx sends beside it."""

    http_method_names = ["post"]
    rows: ClassVar[JsonRows]
    kind: ClassVar[str]
    model: ClassVar[str]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = json_row(self.rows, pk, self.actor)
        way, to = request.POST.get("way", ""), request.POST.get("to", "")
        if way not in WAYS or to not in reached_by(row, way):
            raise DomainError(_("Choose one of the phones or addresses of the page."), field="to")
        name = row.get("full_name") or row["name"]
        target = (self.model, pk)
        activity, is_new = note_reached(way=way, target=target, name=name, to=to, actor=self.actor)
        if is_new:
            toast(request, DONE[way], undo=reverse("web:activity-unreach", args=(activity.pk,)))
        return render(request, "crm/reached.html", {"actor": self.actor, **drawn(self.kind, pk, self.actor, {})})


def reached_by(row: dict[str, Any], way: str) -> list[str]:
    """The addresses or numbers of a row that lead somewhere this way."""
    single = {"email": row.get("email"), "phone": row.get("phone")}
    key = "email" if way == "mailto" else "phone"
    texts = [entry[key] for entry in row.get(f"{key}s") or []] or [single[key]]
    return [text for text in texts if text and (way != "whatsapp" or phone_digits(text))]


class ContactReach(ReachPage):
    rows, kind, model = CONTACTS, "contact", r"App\Models\Contact"


class CompanyReach(ReachPage):
    rows, kind, model = COMPANIES, "company", r"App\Models\Company"


class Unreach(ActPage):
    """It was not done after all."""

    rows = ACTIVITIES
    action = delete_activity
    done = _("It is off the timeline.")
