"""How a model stands in an admin site: read by everybody who may enter, written by actions alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import options
from django.core.exceptions import PermissionDenied
from django.core.validators import EMPTY_VALUES
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.serializers import Serializer
from unfold.admin import ModelAdmin

from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button, ButtonsMixin
from leadercrm.core.admin_kit.filters import BinFilter
from leadercrm.core.admin_kit.forms import RefusableForm, with_hint
from leadercrm.core.admin_kit.history import HistoryMixin
from leadercrm.core.admin_kit.paging import BoundedList, BoundedPaginator
from leadercrm.core.admin_kit.site import actor_of
from leadercrm.core.api.exceptions import invalid
from leadercrm.core.api.filter_fields import SearchField
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.living import LivingModel

Action = Callable[..., Any]


class NoContentType:
    """What a form's page would make its link to the public site of, which there is not."""

    pk = None


# Tenants have no table of content types, and numbers of types are not the same in all of them anyway.
options.get_content_type_for_model = lambda model: NoContentType  # type: ignore[assignment, return-value]


class ActionAdmin(ButtonsMixin, HistoryMixin, ModelAdmin):  # type: ignore[misc]
    """A model whose rows are written by actions; without actions it is read-only.

    A concrete admin declares `create_action(values, actor=…)`, `update_action(row, values, actor=…)`
    and `delete_action(row, actor=…)` as far as there are any, the serializer that judges the shape
    of `values` (the API's own, so that both doors take the same), and buttons for all other actions.
    `search_column` is the folded column that core.text.search_patterns are looked for in. `annotations`
    are columns that lists show besides the model's. A row that belongs to another one from its making
    names it as `parent`: create_action gets that row by this keyword, and it stays as it is.
    """

    form = RefusableForm
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_disable_select_all = True
    view_on_site = False
    search_help_text = _("Search")
    actions = None
    ordering: Sequence[str] = ("-id",)
    sortable_by: Sequence[str] = ()

    # Where the model stands in the menu, its icon there, and whether the start page tells how many there are.
    section: ClassVar[str] = "records"
    icon: ClassVar[str] = "table_rows"
    counted: ClassVar[bool] = False

    create_action: ClassVar[Action | None] = None
    update_action: ClassVar[Action | None] = None
    delete_action: ClassVar[Action | None] = None
    serializer: ClassVar[type[Serializer[Any]] | None] = None
    search_column: ClassVar[str | None] = None
    annotations: ClassVar[Mapping[str, Any]] = {}
    parent: ClassVar[str | None] = None
    buttons: ClassVar[Sequence[Button]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Django looks at `search_fields` to know what can be searched at all."""
        super().__init_subclass__(**kwargs)
        if cls.search_column:
            cls.search_fields = (cls.search_column,)

    # --- Who may

    def _may(self, request: HttpRequest, action: Action | None) -> bool:
        actor = actor_of(request)
        if action is None or actor is None:
            return False
        permission = getattr(action, "permission", None)
        return self.admin_site.has_permission(request) and (permission is None or actor.may(permission))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.admin_site.has_permission(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, type(self).create_action)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, type(self).update_action) and not in_bin(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, type(self).delete_action) and not in_bin(obj)

    # --- What is seen

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """All rows, those in the bin as well: BinFilter and the search for references take them out."""
        living = issubclass(self.model, LivingModel)
        rows: Any = self.model.with_deleted if living else self.model._default_manager
        return rows.annotate(**self.annotations).order_by(*self.ordering)  # type: ignore[no-any-return]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        own = tuple(super().get_readonly_fields(request, obj))
        return (self.parent, *own) if self.parent and obj else own

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return BoundedList

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        own = tuple(super().get_list_filter(request))
        return (*own, BinFilter) if issubclass(self.model, LivingModel) else own

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Rows that the words are found in, as the API finds them; what is referred to is never in the bin."""
        if request.resolver_match.url_name == "autocomplete" and issubclass(self.model, LivingModel):
            queryset = queryset.filter(deleted_at__isnull=True)
        if not self.search_column or not search_term:
            found: tuple[Any, bool] = super().get_search_results(request, queryset, search_term)
            return found
        for pattern in SearchField().clean(search_term[:200]):
            queryset = queryset.filter(**{f"{self.search_column}__matches": pattern})
        return queryset, False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the links that add, change and show a related row beside its field: they open windows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(widget, link):
                setattr(widget, link, False)
        return field

    # --- What is written

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """As Django's. What an action refuses rolls all back, and the form is shown again with the reason."""
        try:
            return self._answered(request, *args, **kwargs)
        except (Forbidden, NotFound):
            raise
        except DomainError as refusal:
            request.refusal = refusal
            return self._answered(request, *args, **kwargs)

    def _answered(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(*args, **kwargs)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the action write what the form has changed."""
        action: Any = type(self).update_action if change else type(self).create_action
        parent = {self.parent: form.cleaned_data.pop(self.parent)} if self.parent and not change else {}
        values = self.cleaned(self.changed(form, obj), partial=change)
        if change:
            action(obj, values, actor=self.actor(request))
        else:
            obj.pk = action(values, **parent, actor=self.actor(request)).pk
        obj.__dict__.update(self.model._base_manager.get(pk=obj.pk).__dict__)

    def changed(self, form: Any, obj: Any) -> dict[str, Any]:
        """What the form says, by the names that actions know: `owner_id` for the field `owner`.

        Of a row that is there it is what the form has changed; of a new one, all that is filled in.
        """
        filled = [name for name, value in form.cleaned_data.items() if value not in EMPTY_VALUES]
        names = filled if obj._state.adding else form.changed_data
        return {self.column(name): plain(form.cleaned_data[name]) for name in names}

    def column(self, name: str) -> str:
        names = {field.name: field.attname for field in self.model._meta.concrete_fields}
        return str(names.get(name, name))

    def cleaned(self, values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        """The values as the API's serializer leaves them, or its errors as a refusal."""
        serializer_class = type(self).serializer
        if serializer_class is None:
            return values
        try:
            cleaned: dict[str, Any] = serializer_class(partial=partial).run_validation(values)
        except drf.ValidationError as error:
            raise invalid(error.detail) from None
        return cleaned

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        action: Any = type(self).delete_action
        action(obj, actor=self.actor(request))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except (Forbidden, NotFound):
            raise
        except DomainError as refusal:
            messages.error(request, with_hint(refusal.message, refusal))
            return redirect(self.address("change", object_id))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The row itself: what else follows is the action's matter, and most of it can be taken back."""
        return [str(row) for row in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    def actor(self, request: HttpRequest) -> Actor:
        actor = actor_of(request)
        if actor is None:
            raise PermissionDenied
        return actor

    def address(self, page: str, *arguments: Any) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=arguments)

    # --- Django's own log is not kept: the actions have written theirs.

    def log_addition(self, *arguments: Any) -> None:
        """Nothing."""

    log_change = log_deletions = log_addition


def in_bin(row: Any) -> bool:
    return getattr(row, "deleted_at", None) is not None


def plain(value: Any) -> Any:
    """What a form has understood, as JSON has it: a row by its id, a figure in plain notation, a time by ISO 8601."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, (date, datetime)) else value
