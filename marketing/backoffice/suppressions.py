"""The pages of addresses that get no campaign."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.validating import validated
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast
from marketing.actions.silence import release, suppress, suppress_many
from marketing.api.serializers_segments import ImportInput, ReleaseInput, SuppressionInput
from marketing.backoffice.options import suppression_reasons
from marketing.filters import SuppressionFilter
from marketing.models import SuppressionReason
from marketing.queries import SUPPRESSIONS


class SuppressionList(ListPage):
    title = _("Suppressed addresses")
    section = "suppressions"
    rows = SUPPRESSIONS
    filters = SuppressionFilter.base_filters
    new_url, new_label, new_permission = "web:suppression-new", _("Add addresses"), "marketing.change_suppression"
    search_hint = _("Part of the address")
    empty_title = _("No suppressed addresses")
    empty_text = _("Whoever unsubscribes, complains or cannot be reached stands here and gets no campaign any more.")
    columns = (
        Column("email", _("E-mail"), "email", sort="email"),
        Column("reason", _("Reason"), "badge", sort="reason"),
        Column("detail", _("Detail")),
        Column("created_at", _("Since"), "moment", sort="id"),
        Column("id", _("Let in again"), template="marketing/backoffice/_release.html"),
    )
    choices = (Choice("reason", _("Any reason"), suppression_reasons),)


class SuppressionForm(FormPage):
    """Add one address, or a whole list of them."""

    section = "suppressions"
    rows = SUPPRESSIONS
    serializer = SuppressionInput
    place = ("web:suppressions", "web:suppressions", _("Add addresses"), "")
    fields = (
        Field(
            "email", _("Addresses"), "area", half=False, hint=_("One or many, with spaces, commas or lines between.")
        ),
        Field("detail", _("Note"), half=False),
    )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        emails = [part for part in re.split(r"[\s,;]+", request.POST.get("email", "")) if part]
        if len(emails) < 2:
            return super().post(request, **kwargs)
        made = suppress_many(validated(ImportInput, {"emails": emails})["emails"], actor=self.actor)
        toast(request, _("%(n)s addresses added.") % {"n": made})
        return see_other(reverse("web:suppressions"))

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        return suppress(values["email"], SuppressionReason.MANUAL, values.get("detail", ""), actor=self.actor)

    def after(self, saved: Any) -> str:
        return reverse("web:suppressions")


class SuppressionRelease(ActPage):
    """Let an address get campaigns again; `reason` is asked of those who had left by themselves."""

    rows, action, serializer = SUPPRESSIONS, release, ReleaseInput
    done, then_list = _("It gets campaigns again."), "web:suppressions"
