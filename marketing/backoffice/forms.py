"""The pages of lead forms: their list, one of them with what was sent by it, and what is done with it."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging, base_url
from leadercrm.core.web.acts import ActPage, RestorePage, came_from
from leadercrm.core.web.lists import PART_OF_LIST, Choice, Column, ListPage, Paged
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.toasts import toast
from marketing.actions.forms import change_form, delete_form, restore_form, rotate_key
from marketing.actions.sorting import accept_submission, refuse_submission
from marketing.backoffice.options import form_states, submission_states
from marketing.embedding import embedded
from marketing.filters import FormFilter, SubmissionFilter
from marketing.models import Form, FormSubmission, Suspicion
from marketing.queries_forms import DELETED_FORMS, FORMS, SUBMISSIONS, submissions_page


class LeadFormList(ListPage):
    title = _("Forms")
    section = "forms"
    rows = FORMS
    filters = FormFilter.base_filters
    row_url, new_url = "web:form", "web:form-new"
    new_label, new_permission = _("New form"), "marketing.create_form"
    empty_title = _("No forms yet")
    empty_text = _("Put a form on your website: whoever fills it in becomes a contact, with somebody to call them.")
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("is_active", _("Open"), "flag", sort="is_active"),
        Column("submissions_count", _("Submissions"), "number", sort="submissions_count"),
        Column("spam_count", _("Of which spam"), "number", sort="spam_count"),
        Column("last_submitted_at", _("Last one"), "moment", sort="last_submitted_at"),
        Column("source", _("Origin"), sort="source"),
    )
    choices = (Choice("is_active", _("Open or closed"), form_states),)


class LeadFormPage(Page):
    """One form: how it is put into a website, who gets what comes by it, and what was sent."""

    template = "marketing/backoffice/form.html"
    section = "forms"
    row_url = "web:form-submission"
    empty_title = _("Nothing was sent yet")
    empty_text = _("Put the form on your website, or share the address of its page.")
    columns = (
        Column("name", _("Who"), template="marketing/backoffice/_sender.html"),
        Column("status", _("Became"), template="marketing/backoffice/_outcome.html"),
        Column("assigned_to", _("Looked after by"), "user"),
        Column("created_at", _("Sent"), "moment"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        form = json_row(FORMS, kwargs["pk"], self.actor)
        row, paging = row_of(FORMS, form["id"], self.actor), Paging.of(self.request)
        narrowing = Narrowing(SubmissionFilter.base_filters, self.request.GET)
        found = submissions_page(row, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        chosen, search = self.request.GET.get("status", ""), self.request.GET.get("search", "")
        return {
            "title": form["name"],
            "form": form,
            "rows": json.loads(found.rows),
            "paged": Paged(paging.page, paging.per_page, found.count, found.total),
            "columns": self.columns,
            "sort": "",
            "states": [(state, label, state == chosen) for state, label in submission_states()],
            "search": search,
            "narrowed": bool(chosen or search),
            "page_class": self,
            **self._beside(row),
        }

    def _beside(self, row: Form) -> dict[str, Any]:
        base = base_url(self.request)
        names = User.objects.filter(pk__in=row.assignee_ids, is_active=True).order_by("name")
        return {
            "embed": embedded(row, base),
            "address": f"{base}/api/forms/{row.api_key}/submit",
            "in_turn": list(names.values_list("name", flat=True)),
            "may_change": self.actor.may("marketing.change_form", row),
            "may_delete": self.actor.may("marketing.delete_form", row),
        }

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if self.request.headers.get("HX-Target", "").endswith(PART_OF_LIST) and "rows" in context:
            template = "web/_list.html"
        return super().draw(context, template=template, status=status)


class SubmissionPage(Page):
    """What somebody sent, answer by answer, and what became of it."""

    template = "marketing/backoffice/submission.html"
    section = "forms"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        sent = json_row(SUBMISSIONS, kwargs["pk"], self.actor)
        form = FormSubmission.objects.select_related("form").get(pk=sent["id"]).form
        return {
            "title": sent["name"] or sent["email"] or sent["phone"] or sent["form_name"],
            "sent": sent,
            "answers": answered(form, sent["payload"]),
            "origin": sorted(sent["origin"].items()),
            "may_sort": form.deleted_at is None and self.actor.may("marketing.change_form", form),
            "suspicion": Suspicion(sent["suspicion"]).label if sent["suspicion"] else "",
        }


def answered(form: Form, payload: dict[str, Any]) -> list[tuple[str, Any]]:
    """What each field is called, and what stands in it: the form's in their order, then whatever else was sent."""
    labels = {spec["key"]: spec["label"] for spec in form.fields}
    keys = [*(key for key in labels if key in payload), *(key for key in payload if key not in labels)]
    return [(labels.get(key, key), _as_text(payload[key])) for key in keys]


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class LeadFormSwitch(Page):
    """Close a form, or open it again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = row_of(FORMS, pk, self.actor)
        opens = request.POST.get("is_active") == "1"
        change_form(form, {"is_active": opens}, actor=self.actor)
        toast(request, _("The form takes submissions again.") if opens else _("The form is closed."))
        return see_other(came_from(request))


class LeadFormRotate(ActPage):
    """Give it another key: pages that have the former one reach nobody any more."""

    rows, action, then = FORMS, rotate_key, "web:form"
    done = _("The form has another key. Put the new code into your website.")


class LeadFormDelete(ActPage):
    rows, action, done = FORMS, delete_form, _("Form deleted.")
    undo, then_list = "web:form-restore", "web:forms"


class LeadFormRestore(RestorePage):
    rows, action, done, then = DELETED_FORMS, restore_form, _("Form restored."), "web:form"


class SubmissionAccept(ActPage):
    """What was taken for a machine's was a person's."""

    rows, action, done = SUBMISSIONS, accept_submission, _("Accepted: it has its contact and a next step now.")
    undo, then = "web:form-submission-spam", "web:form-submission"


class SubmissionSpam(ActPage):
    rows, action, done = SUBMISSIONS, refuse_submission, _("Marked as spam. Its contact stays.")
    undo, then = "web:form-submission-accept", "web:form-submission"
