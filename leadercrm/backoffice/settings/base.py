"""The frame of the settings: a list of their pages beside each of them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.errors import Forbidden
from leadercrm.core.web.forms import FormPage
from leadercrm.core.web.navigation import Entry
from leadercrm.core.web.pages import PART, WHOLE, Page, see_other, wants_part

TEMPLATES = "billing.change_contract_template"
FRAME = "backoffice/settings/frame.html"


@dataclass(frozen=True)
class Shelf:
    """Pages of the settings that belong together."""

    label: Any
    entries: tuple[Entry, ...]


SHELVES = (
    Shelf(
        _("Yours"),
        (
            Entry(_("Notifications"), "bell", "web:settings-notifications", "notifications"),
            Entry(_("Calendar"), "calendar-share", "web:settings-calendar", "calendar", "events.share_feed"),
            Entry(_("Sessions"), "device-laptop", "web:settings-sessions", "sessions"),
            Entry(_("Tokens"), "key", "web:settings-tokens", "tokens"),
        ),
    ),
    Shelf(
        _("Company"),
        (
            Entry(_("Letterhead"), "building-store", "web:settings-company", "company", "billing.change_settings"),
            Entry(_("Documents and bank"), "file-invoice", "web:settings-terms", "terms", "billing.change_settings"),
            Entry(_("Pipelines"), "layout-kanban", "web:settings-pipelines", "pipelines", "crm.manage_pipelines"),
            Entry(_("Goals"), "target", "web:settings-goals", "goals", "crm.manage_goals"),
            Entry(_("Fields of contacts"), "forms", "web:settings-fields", "fields", "crm.manage_custom_fields"),
            Entry(_("Mails of documents"), "mail-opened", "web:settings-mails", "mails", "billing.manage_templates"),
            Entry(_("Quote templates"), "file-text", "web:settings-quotes", "quotes", "billing.manage_templates"),
            Entry(_("Contract templates"), "template", "web:settings-templates", "templates", TEMPLATES),
        ),
    ),
    Shelf(
        _("People"),
        (
            Entry(_("Users"), "users", "web:settings-users", "users", "accounts.manage_users"),
            Entry(_("Invitations"), "mail", "web:settings-invitations", "invitations", "accounts.invite_users"),
            Entry(_("Teams"), "users-group", "web:settings-teams", "teams", "accounts.manage_teams"),
        ),
    ),
    Shelf(
        _("Programs"),
        (Entry(_("Webhooks"), "webhook", "web:settings-webhooks", "webhooks", "webhooks.manage"),),
    ),
    Shelf(
        _("Records"),
        (
            Entry(_("Audit log"), "history", "web:settings-audit", "audit", "accounts.manage_users"),
            Entry(_("Privacy"), "shield-lock", "web:settings-privacy", "privacy", "crm.export_person"),
        ),
    ),
)


def shelves_of(actor: Actor) -> list[Shelf]:
    """What somebody may open."""
    open_to = [
        Shelf(
            shelf.label, tuple(entry for entry in shelf.entries if not entry.permission or actor.may(entry.permission))
        )
        for shelf in SHELVES
    ]
    return [shelf for shelf in open_to if shelf.entries]


class InSettings(Page):
    """A page that stands in the frame. `place_in` is its line of the list."""

    section = "settings"
    place_in: ClassVar[str] = ""

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        around = {
            "layout": FRAME,
            "outer": PART if wants_part(self.request) else WHOLE,
            "shelves": shelves_of(self.actor),
            "place_in": self.place_in,
        }
        return super().draw({**around, **context}, template=template, status=status)

    def me(self) -> int:
        """Who looks. An operator on a visit has nothing of their own here: Forbidden."""
        if self.actor.user_id is None:
            raise Forbidden(_("Only somebody with an account here has this page."))
        return self.actor.user_id


class SettingsPage(InSettings):
    """The way in: the first of the pages."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return see_other(shelves_of(self.actor)[0].entries[0].url)


class ChosenForm(InSettings, FormPage):
    """A form on what there is once, and always: subclasses say what is `chosen`, and `save` it."""

    template = "backoffice/settings/form.html"
    address: ClassVar[str]

    def chosen(self) -> dict[str, Any]:
        raise NotImplementedError

    def _row(self) -> dict[str, Any]:
        return self.chosen()

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse(self.address)

    def after(self, saved: Any) -> str:
        return reverse(self.address)

    def called(self, row: dict[str, Any] | None) -> Any:
        return self.title
