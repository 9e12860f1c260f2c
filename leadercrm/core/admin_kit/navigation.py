"""The sites' menus, made of what is registered: each admin says in which section it stands, and its icon."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadercrm.core.admin_kit.site import ActorSite, tenant_site

SECTIONS = {
    "sales": gettext_lazy("Sales"),
    "billing": gettext_lazy("Billing"),
    "marketing": gettext_lazy("Marketing"),
    "events": gettext_lazy("Events"),
    "platform": gettext_lazy("Platform"),
    "people": gettext_lazy("People"),
    "records": gettext_lazy("Records"),
}


def tenant_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return menu(tenant_site)


def menu(site: ActorSite) -> list[dict[str, Any]]:
    """A site's menu, as Unfold wants it."""
    home = {"title": _("Start"), "icon": "home", "link": reverse(f"{site.name}:index")}
    groups: list[dict[str, Any]] = [{"title": None, "items": [home]}]
    for section, title in SECTIONS.items():
        admins = [admin for admin in site._registry.values() if admin.section == section]
        if admins:
            groups.append({"title": str(title), "separator": True, "items": [_item(site, admin) for admin in admins]})
    return groups


def _item(site: ActorSite, admin: Any) -> dict[str, Any]:
    title = capfirst(str(admin.opts.verbose_name_plural))
    return {"title": title, "icon": admin.icon, "link": site.address(admin.model)}
