"""The pages of imports: their history, bringing a file, saying what its columns are, and what became of its rows."""

from collections.abc import Iterable, Iterator
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.sheets import MEDIA_TYPES, csv_lines
from leadercrm.core.web.acts import came_from
from leadercrm.core.web.lists import Column, ListPage
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast
from leadercrm.lists.actions.imports import begin_import, start_import
from leadercrm.lists.actions.reverting import AT_ONCE, revert_batch, take_back
from leadercrm.lists.kinds import Kind, importable, kind_of
from leadercrm.lists.models import Batch, BatchKind, BatchRow, BatchStatus, Outcome
from leadercrm.lists.planning import Planned, Planner
from leadercrm.lists.queries import BATCHES, IMPORTS
from leadercrm.lists.tables import MOST_BYTES, MOST_ROWS, BadTable

PREVIEWED, SAMPLES, SHOWN = 8, 3, 20
PIECE = 256 * 1024
PART = "#import"
SAME = (
    ("skip", _("Leave it as it is"), _("Rows of what is there already are passed over.")),
    ("fill", _("Fill in what it lacks"), _("Nothing that stands there is overwritten.")),
    ("make", _("Make it once more"), _("No row is compared with what is there.")),
)
DATES = (("dmy", _("Day first: 31/12/2025")), ("mdy", _("Month first: 12/31/2025")))


class ImportList(ListPage):
    """All imports, the latest first."""

    title = _("Imports")
    rows = IMPORTS
    required_permission = "lists.view_batch"
    row_url, new_url = "web:batch", "web:import-new"
    new_label, new_permission = _("Import a file"), "lists.start_batch"
    empty_title = _("Nothing was imported yet")
    empty_text = _("Bring your contacts, companies, products or deals from a spreadsheet.")
    columns = (
        Column("name", _("File"), "title"),
        Column("resource", _("What"), template="lists/_resource.html"),
        Column("status", _("Status"), "badge"),
        Column("made", _("New"), "number"),
        Column("changed", _("Changed"), "number"),
        Column("skipped", _("Skipped"), "number"),
        Column("failed", _("Failed"), "number"),
        Column("user_name", _("By"), "user"),
        Column("created_at", _("When"), "moment", sort="id"),
    )


class ImportNew(Page):
    """Choose a file, and what its rows are."""

    template = "lists/import_new.html"
    title = _("Import a file")
    required_permission = "lists.start_batch"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        kinds = importable(self.actor)
        return {
            "kinds": kinds,
            "chosen": self.request.POST.get("of") or self.request.GET.get("of") or (kinds[0].name if kinds else ""),
            "once": token_hex(16),
            "most": {"mb": MOST_BYTES // 1024 // 1024, "rows": MOST_ROWS},
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        try:
            if file is None:
                raise BadTable(_("Choose a file first: CSV or XLSX."))
            batch = start_import(
                request.POST.get("of", ""), name=str(file.name or ""), pieces=file.chunks(PIECE),
                once=request.POST.get("once", "")[:64] or None, actor=self.actor,
            )  # fmt: skip
        except BadTable as refusal:
            return self.draw({**self.context(), "refusal": refusal}, status=422)
        return see_other(reverse("web:batch", args=(batch.pk,)))


class BatchPage(Page):
    """One batch: an import's columns while they are to be chosen, how far it has come, what became of its rows."""

    template = "lists/import.html"
    required_permission = "lists.view_batch"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        batch, kind = self._batch(kwargs["pk"])
        shared = {
            "batch": batch,
            "kind": kind,
            "title": batch.name,
            "section": kind.name,
        }
        if batch.status == BatchStatus.MAPPING:
            return {**shared, **self._mapping(batch, kind, batch.options)}
        return {**shared, **self._outcome(batch)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin, or look once more at what would happen."""
        batch, kind = self._batch(pk)
        if batch.status != BatchStatus.MAPPING:
            return see_other(request.path)
        chosen = self._chosen(request.POST, batch)
        refusal = None
        if "preview" not in request.POST:
            try:
                begin_import(batch, chosen, actor=self.actor)
                return see_other(request.path)
            except DomainError as error:
                refusal = as_refusal(error)
                if error.status != 422:
                    raise
        context = {"batch": batch, "kind": kind, "title": batch.name, "section": kind.name}
        mapping = self._mapping(batch, kind, {**batch.options, **chosen})
        return self.draw({**context, **mapping, "refusal": refusal}, status=422 if refusal else 200)

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        target = self.request.headers.get("HX-Target", "")
        if target.endswith("#plan") and "planned" in context:
            template = "lists/_plan.html"
        elif target.endswith(PART) and "batch" in context:
            template = "lists/_import.html"
        return super().draw(context, template=template, status=status)

    def _batch(self, pk: int) -> tuple[Batch, Kind]:
        batch: Batch = row_of(BATCHES, pk, self.actor)
        kind = kind_of(batch.resource)
        if kind is None:
            raise NotFound()
        return batch, kind

    def _chosen(self, data: QueryDict, batch: Batch) -> dict[str, Any]:
        columns = [data.get(f"column.{place}", "")[:64] for place in range(len(batch.options["head"]))]
        return {"columns": columns, "same": data.get("same", "skip"), "dates": data.get("dates", "dmy")}

    def _mapping(self, batch: Batch, kind: Kind, options: dict[str, Any]) -> dict[str, Any]:
        rows = list(BatchRow.objects.filter(batch=batch).order_by("place")[:PREVIEWED])
        targets = kind.importing.targets() if kind.importing else ()
        named = {target.name: target.label for target in targets}
        known = [name if name in named else "" for name in options["columns"]]
        planner = Planner(kind, {**options, "columns": known}, self.actor)
        columns = [(place, head, _samples(rows, place), known[place]) for place, head in enumerate(options["head"])]
        shown = [(place, named[name]) for place, name in enumerate(known) if name]
        return {
            "columns": columns,
            "targets": targets,
            "unused": [head for head, name in zip(options["head"], known, strict=True) if not name],
            "shown": [label for _place, label in shown],
            "planned": [_told(each, shown, options) for each in planner.plan(rows)] if shown else [],
            "same": [(value, label, hint, value == options["same"]) for value, label, hint in SAME],
            "dates": [(value, label, value == options["dates"]) for value, label in DATES],
            "has_dates": any(target.read.__name__ == "day" for target in targets),
        }

    def _outcome(self, batch: Batch) -> dict[str, Any]:
        return {
            "error": gettext(batch.error) if batch.error else "",
            "failed": BatchRow.objects.filter(batch=batch, outcome=Outcome.FAILED).order_by("place")[:SHOWN],
            "stayed": BatchRow.objects.filter(batch=batch, reverted=False).order_by("place")[:SHOWN],
            "may_revert": batch.status in (BatchStatus.DONE, BatchStatus.FAILED)
            and bool(batch.made or batch.changed)
            and self.actor.may("lists.revert_batch", batch),
        }


def _samples(rows: Iterable[BatchRow], place: int) -> list[str]:
    """The first few different texts of a column."""
    cells = (row.cells[place] for row in rows if row.cells and place < len(row.cells) and row.cells[place])
    return list(dict.fromkeys(cells))[:SAMPLES]


def _told(planned: Planned, shown: list[tuple[int, Any]], options: dict[str, Any]) -> dict[str, Any]:
    """A row of the preview: its cells, and what would become of it."""
    cells = planned.row.cells or []
    fate = "failed" if planned.problems else "made"
    if not planned.problems and (planned.same_as or planned.twin):
        fate = {"skip": "skipped", "fill": "changed"}.get(options["same"], "made")
    return {
        "place": planned.row.place,
        "cells": [cells[place] if place < len(cells) else "" for place, _label in shown],
        "fate": fate,
        "why": " ".join(planned.problems),
        "same_as": planned.same_as,
        "twin": planned.twin.row.place if planned.twin else None,
        "new": list(planned.pending.values()),
    }


class BatchRevert(Page):
    """Take a batch back: a small one at once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = revert_batch(row_of(BATCHES, pk, self.actor), actor=self.actor)
        if batch.kind == BatchKind.IMPORT or batch.total > AT_ONCE:
            toast(request, _("It is being taken back."))
            return see_other(reverse("web:batch", args=(pk,)))
        batch = take_back(batch, done=batch.done, actor=Actor.system())
        text = ngettext("%(n)s row is as it was.", "%(n)s rows are as they were.", batch.reverted)
        toast(request, text % {"n": batch.reverted})
        if batch.kept:
            return see_other(reverse("web:batch", args=(pk,)))
        return see_other(came_from(request))


class BatchRowsFile(Page):
    """The rows of a batch that failed, or were skipped, as a file: as they came, with a column that says why."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        batch = row_of(BATCHES, kwargs["pk"], self.actor)
        self.actor.require("lists.view_batch", batch)
        outcome = Outcome.SKIPPED if request.GET.get("outcome") == Outcome.SKIPPED else Outcome.FAILED
        head = [*batch.options.get("head", ()), gettext("Row"), gettext("Why")]
        name = f"{slugify(batch.name.rpartition('.')[0]) or 'import'}-{outcome}.csv"
        return HttpResponse(
            "".join(csv_lines(head, _rows(batch, outcome, len(head) - 2))),
            content_type=MEDIA_TYPES["csv"],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _rows(batch: Batch, outcome: Outcome, width: int) -> Iterator[list[Any]]:
    rows = BatchRow.objects.filter(batch=batch, outcome=outcome).order_by("place")
    for place, cells, why in rows.values_list("place", "cells", "why").iterator(2000):
        yield [*(cells or [])[:width], *[""] * (width - len(cells or [])), place, why]
