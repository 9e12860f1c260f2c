"""Keeping a list as it is under a name, choosing its columns, and what it begins with."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.keeping import state_of
from leadercrm.core.web.lists import ListPage
from leadercrm.core.web.pages import Page, see_other
from leadercrm.core.web.toasts import toast
from leadercrm.lists.actions.views import change_view, choose_columns, choose_view, create_view, delete_view
from leadercrm.lists.models import SavedView


class OfList(Page):
    """Something about a list: `listing` is its address, `query` what stands behind it."""

    http_method_names = ["post"]

    @property
    def listing(self) -> str:
        """The address of a list of ours."""
        path: str = self.request.POST.get("listing", "")
        try:
            view: Any = resolve(path).func
        except Resolver404:
            raise NotFound() from None
        if not issubclass(getattr(view, "view_class", object), ListPage):
            raise NotFound()
        return path

    @property
    def query(self) -> dict[str, str]:
        return state_of(dict(parse_qsl(self.request.POST.get("query", ""))))

    def back(self, **query: Any) -> HttpResponse:
        """To the list, as it was."""
        state = {**self.query, **query}
        kept = {name: value for name, value in state.items() if value not in ("", None)}
        return see_other(self.listing + (f"?{urlencode(kept)}" if kept else ""))

    def view_of(self, pk: int) -> SavedView:
        view = SavedView.objects.filter(pk=min(pk, MAX_ID)).first()
        if view is None or (view.user_id != self.actor.user_id and not view.is_shared):
            raise NotFound()
        return view


class ViewAdd(OfList):
    """Keep the list as it is under a name."""

    def post(self, request: HttpRequest) -> HttpResponse:
        values = {
            "listing": self.listing,
            "name": request.POST.get("name", "").strip()[:100],
            "query": self.query,
            "is_shared": "is_shared" in request.POST,
        }
        view = create_view(values, actor=self.actor)
        if "is_default" in request.POST:
            choose_view(self.listing, view, actor=self.actor)
        toast(request, _("View saved."))
        return self.back(view=view.pk)


class ViewChange(OfList):
    """Rename a view, share it, let it be as the list is now, or let the list begin with it."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view, act = self.view_of(pk), request.POST.get("act", "")
        if act == "delete":
            delete_view(view, actor=self.actor)
            toast(request, _("View deleted."))
            return self.back()
        if act in ("begin", "end"):
            choose_view(self.listing, view if act == "begin" else None, actor=self.actor)
            toast(request, _("The list begins with this view.") if act == "begin" else _("The list begins with all."))
        elif act == "update":
            change_view(view, {"query": self.query}, actor=self.actor)
            toast(request, _("View saved."))
        else:
            name = request.POST.get("name", "").strip()[:100]
            shared = {"is_shared": "is_shared" in request.POST} if self.actor.may("lists.share_view") else {}
            change_view(view, {"name": name, **shared}, actor=self.actor)
            toast(request, _("View saved."))
        return self.back(view=view.pk)


class ColumnsChoose(OfList):
    """Choose which columns a list shows, and in which order."""

    def post(self, request: HttpRequest) -> HttpResponse:
        columns = [] if "reset" in request.POST else [name[:80] for name in request.POST.getlist("columns")]
        choose_columns(self.listing, columns, actor=self.actor)
        named = {"columns": ",".join(columns)} if "columns" in self.query else {}
        return self.back(**named, view=dict(parse_qsl(request.POST.get("query", ""))).get("view", ""))
