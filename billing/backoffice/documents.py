"""What the pages of quotes, invoices and contracts share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.actions.clients import share_link
from billing.api.pdf import pdf_response, wanted_language
from billing.links import public_path
from billing.rendering import paper_of
from crm.models import Erasure
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.web.pages import Page, json_row, row_of, see_other


@dataclass(frozen=True)
class Act:
    """A button of a document's page: shown to who may do `action`, where the document is in one of `states`."""

    name: str
    label: Any
    icon: str
    action: Callable[..., Any]
    states: tuple[str, ...]
    look: str = ""
    # It opens a page that asks for more.
    asks: bool = False


class DocumentPage(Page):
    """One document: as it will be read, and what can be done with it."""

    rows: ClassVar[JsonRows]
    acts: ClassVar[tuple[Act, ...]] = ()
    name: ClassVar[str]
    number: ClassVar[str]
    changeable: ClassVar[tuple[str, ...]] = ("draft",)
    change_permission: ClassVar[str]

    def context(self, **kwargs: Any) -> dict[str, Any]:
        document = json_row(self.rows, kwargs["pk"], self.actor)
        row = row_of(self.rows, document["id"], self.actor)
        number = document[self.number] or ""
        return {
            "title": number,
            "document": document,
            "number": number,
            "kind": self.name,
            "acts": [
                (act, reverse(f"web:{self.name}-{act.name}", args=(row.pk,))) for act in self._open(document, row)
            ],
            "edit": self._edit(document, row),
            "pdf": self._address("pdf", row),
            "share": self._address("link", row),
            "is_erased": Erasure.objects.filter(contact_id=row.contact_id).exists(),
            "may_share": self.actor.may("billing.share_link", row),
        }

    def _open(self, document: dict[str, Any], row: Model) -> list[Act]:
        allowed = [act for act in self.acts if self.actor.may(act.action.permission, row)]  # type: ignore[attr-defined]
        return [act for act in allowed if document["status"] in act.states and self.offers(act, document)]

    def offers(self, act: Act, document: dict[str, Any]) -> bool:
        """Whether a button that the state allows makes sense."""
        return True

    def _edit(self, document: dict[str, Any], row: Model) -> str:
        if document["status"] not in self.changeable or not self.actor.may(self.change_permission, row):
            return ""
        return self._address("edit", row)

    def _address(self, name: str, row: Model) -> str:
        return reverse(f"web:{self.name}-{name}", args=(row.pk,))


class PdfPage(Page):
    """The document as a file."""

    rows: ClassVar[JsonRows]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = row_of(self.rows, kwargs["pk"], self.actor)
        return pdf_response(request, paper_of(row, wanted_language(request)), str(row.number or row.pk))


class SharePage(Page):
    """Open the page that the client sees."""

    http_method_names = ["post"]
    rows: ClassVar[JsonRows]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = share_link(row_of(self.rows, pk, self.actor), actor=self.actor)
        return see_other(public_path(document))
