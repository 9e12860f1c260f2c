"""A document as a PDF while it is being written: made on trial, and taken back before it is drawn."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from billing.api.pdf import PDF
from billing.backoffice.invoices import InvoiceForm
from billing.backoffice.lines import LinesForm
from billing.backoffice.quotes import QuoteForm
from billing.pdf.render import pdf_of_view
from billing.rendering import paper_of
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.trial import on_trial
from leadercrm.core.web.pages import Page


class Preview(Page):
    """What the form would make, on paper. What is wrong with it is said in a line of text, not at the fields."""

    http_method_names = ["post"]
    form: ClassVar[type[LinesForm]]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form()
        form.setup(request)
        values = validated(form.serializer, form._body(request.POST))
        make: Callable[..., Any] = form._act("create_action")
        # The view is frozen texts: nothing is locked, and no number taken, while it is drawn.
        with on_trial():
            paper = paper_of(make(values, actor=self.actor))
        return HttpResponse(pdf_of_view(paper), content_type=PDF, headers={"X-Content-Type-Options": "nosniff"})

    def refused(self, refusal: DomainError) -> HttpResponse:
        return HttpResponse(str(refusal.message), content_type="text/plain; charset=utf-8", status=refusal.status)


class QuotePreview(Preview):
    form = QuoteForm


class InvoicePreview(Preview):
    form = InvoiceForm
