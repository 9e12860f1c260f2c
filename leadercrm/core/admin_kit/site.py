"""The two admin sites: `/admin/` for a tenant's administrators, `/operator/` for the platform's operators.

Django's admin is a library here: who gets in is the sessions' matter (request.actor), what may be
written is the actions', what was written is in the audit. It makes no table. The models' admins
are found when the first page of a site is asked for, so that nothing of it is loaded for the API.
"""

from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from leadercrm.core import tally
from leadercrm.core.actor import Actor, Role
from leadercrm.core.models import AuditEntry

LATEST = 15
# What Django's admin has and this one has not: passwords are accounts' matter, content types have no table.
ABSENT = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


def actor_of(request: Any) -> Actor | None:
    """Who asks, as the session's middleware found out; None without a session."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


class ActorSite(UnfoldAdminSite):  # type: ignore[misc]
    """An admin site whose visitors are known by `request.actor`."""

    enable_nav_sidebar = True
    index_template = "admin_kit/index.html"

    def __init__(self, name: str, title: Any) -> None:
        super().__init__(name)
        self.settings_name = f"UNFOLD_{name.upper()}"
        self.site_title = self.site_header = self.index_title = title

    def has_permission(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A few figures, and what was done last."""
        return super().index(request, {"figures": self.figures(), "entries": self.entries()})  # type: ignore[no-any-return]

    def figures(self) -> list[dict[str, Any]]:
        """label, value, link, and if need be a note."""
        raise NotImplementedError

    def entries(self) -> Any:
        """The latest entries of the audit."""
        raise NotImplementedError

    def address(self, model: type[Model]) -> str:
        """Where a model's list is."""
        return reverse(f"{self.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """As Django's, but who is logged in and may not enter is told so, and not asked to log in again."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if actor_of(request) is not None and not self.has_permission(request):
                raise PermissionDenied(_("This area is for administrators."))
            response: HttpResponse = guarded(request, *args, **kwargs)
            return response

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list[Any]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in ABSENT]

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Models by name. Unfold's own keeps its answers in a cache, by user and not by site."""
        wanted = request.GET.get("s", "").strip().lower()
        found = self._search_apps(self.get_app_list(request), wanted) if wanted else []
        context = {"results": found, "page_obj": None, "page_counter": 0, "execution_time": 0}
        return TemplateResponse(request, "unfold/helpers/search_results.html", context)


class TenantSite(ActorSite):
    """For the administrators of the tenant that the session is bound to, and operators on a visit there."""

    def has_permission(self, request: HttpRequest) -> bool:
        actor = actor_of(request)
        return actor is not None and actor.role == Role.ADMIN

    def figures(self) -> list[dict[str, Any]]:
        """How many living rows there are of what is sold with: the tally knows without counting."""
        rows = tally.all_rows()
        admins = [admin for admin in self._registry.values() if admin.opts.label_lower in rows and admin.counted]
        return [
            {
                "label": capfirst(str(admin.opts.verbose_name_plural)),
                "value": rows[admin.opts.label_lower],
                "link": self.address(admin.model),
            }
            for admin in admins
        ]

    def entries(self) -> Any:
        return AuditEntry.objects.select_related("user").order_by("-id")[:LATEST]


tenant_site = TenantSite("admin", "Leader CRM")


def load_admins() -> None:
    """Import each of our apps' `admin` module, which registers its models."""
    for name in (*settings.SHARED_APPS, *settings.TENANT_APPS):
        if not name.startswith("django.") and find_spec(f"{name}.admin"):
            import_module(f"{name}.admin")
