"""A document's page, its files, and what its client answers."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from billing.actions.clients import accept_quote, decline_quote, note_view, sign_by_link
from billing.actions.evidence import Declaration
from billing.holding import mail_address_of
from billing.models import Contract, Evidence, EvidenceFile, EvidenceKind, Invoice, Payment, PaymentStatus, Quote
from billing.public.contexts import content_context, page_context
from billing.public.forms import ContractForm, RefusalForm, SignatureForm
from billing.public.opening import opened
from billing.public.states import evidence_of, state_of
from billing.public.visitors import client_of, is_staff
from billing.rendering import pdf_of
from leadercrm.core.api import throttling
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.web.public import Gone, PublicView
from leadercrm.core.web.visitors import agent_of, is_person

TEMPLATES: dict[type[Any], str] = {
    Quote: "billing/public/quote.html",
    Invoice: "billing/public/invoice.html",
    Contract: "billing/public/contract.html",
}
STATUSES = {"gone": 410, "draft": 404}


class DocumentView(PublicView):
    """Something behind a document's link."""

    def shown(self, document: Any, token: str, *, status: int = 200, **extra: Any) -> HttpResponse:
        """The page, as it is now."""
        context = self.common(token=token, **page_context(document, self.language), **extra)
        state = context["state"]
        if state.is_readable or (state.name == "draft" and extra.get("staff")):
            context.update(content_context(document, self.language))
            context.update({name: form for name, form in self._forms(document, context).items() if name not in context})
        else:
            status = STATUSES[state.name]
        return render(self.request, TEMPLATES[type(document)], context, status=status)

    def _forms(self, document: Any, context: dict[str, Any]) -> dict[str, Any]:
        """The forms that the state lets a client fill in, with what is known of them."""
        known = {"face": context["face"]}
        name, email = document.contact_name, mail_address_of(document.contact_id)
        forms: dict[str, Any] = {}
        if context["state"].name == "open" and isinstance(document, Quote):
            forms["accept"] = SignatureForm(initial={**known, "name": name, "email": email}, prefix="accept")
        if context["state"].name in ("open", "expired") and isinstance(document, Quote):
            forms["reject"] = RefusalForm(initial={**known, "name": name}, prefix="reject")
        if context["state"].name == "open" and isinstance(document, Contract):
            company = document.company_name
            known = {**known, "name": name, "email": email, "company": company}
            forms["sign"] = ContractForm(initial=known, prefix="sign")
        return forms


class DocumentPage(DocumentView):
    """Reading. The first time that a client does is noted."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token) as document:
            staff = is_staff(request)
            if not staff and is_person(request) and document.viewed_at is None and state_of(document).is_readable:
                note_view(document, actor=client_of(request, document))
            return self.shown(document, token, staff=staff)


class Answer(DocumentView):
    """A client's answer: a form, and the action behind it. Whoever comes back by GET is sent to the page."""

    name: ClassVar[str]
    form_class: ClassVar[type[Any]]
    kind: ClassVar[type[Any]]
    action: ClassVar[Callable[..., Evidence]]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._back(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token) as document:
            throttling.PUBLIC_ANSWER.spend(token[:20])
            if not isinstance(document, self.kind):
                raise NotFound()
            if not state_of(document).is_readable:
                return self.shown(document, token)
            return self._answered(document, token)

    def _answered(self, document: Any, token: str) -> HttpResponse:
        """Done and back to the page; or the page with what was wrong."""
        form = self.form_class(self.request.POST, prefix=self.name)
        if not form.is_valid():
            return self._again(document, token, form)
        try:
            self._declare(document, form)
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            document.refresh_from_db()
            if evidence_of(document) is not None:
                return self._back(token)  # sent twice: the page says what has been answered
            return self._again(document, token, form, refusal)
        return self._back(token)

    def _declare(self, document: Any, form: Any) -> None:
        values = {name: value for name, value in form.cleaned_data.items() if name not in ("drawn", "consent")}
        said = Declaration(
            **{**values, "consent": self._consent(document) if "consent" in form.fields else ""},
            drawn=form.drawing() if "drawn" in form.fields else None,
            pdf=pdf_of(document, self.language),
            language=self.language,
            agent=agent_of(self.request),
        )
        actor = client_of(self.request, document, said.name, said.email)
        type(self).action(document, said, actor=actor)

    def _consent(self, document: Any) -> str:
        return str(content_context(document, self.language)["consent"])

    def _again(self, document: Any, token: str, form: Any, refusal: DomainError | None = None) -> HttpResponse:
        """The form as it was filled in; after a change of the document, for what it is now."""
        if refusal is not None:
            form.data = {**form.data.dict(), f"{self.name}-drawn": ""}
            form.data[f"{self.name}-face"] = content_context(document, self.language)["face"]
        return self.shown(document, token, status=422, refusal=refusal, **{self.name: form})

    def _back(self, token: str) -> HttpResponse:
        lang = self.request.GET.get("lang", "")
        query = f"?lang={lang}" if lang in ("es", "en") else ""
        response = HttpResponseRedirect(f"/p/{token}{query}#state")
        response.status_code = 303
        return response


class AcceptQuote(Answer):
    name, form_class, kind, action = "accept", SignatureForm, Quote, accept_quote


class RejectQuote(Answer):
    name, form_class, kind, action = "reject", RefusalForm, Quote, decline_quote


class SignContract(Answer):
    name, form_class, kind, action = "sign", ContractForm, Contract, sign_by_link


class FileView(DocumentView):
    """A PDF to be saved."""

    http_method_names = ["get", "head"]

    def readable(self, document: Any, token: str) -> Any:
        """The document, if this visitor may read it."""
        throttling.PUBLIC_FILE.spend(token[:20])
        state = state_of(document)
        if state.name == "gone":
            raise Gone(_("This document has been withdrawn."))
        if not state.is_readable and not is_staff(self.request):
            raise NotFound()
        return document

    def file(self, content: bytes, name: str) -> HttpResponse:
        disposition = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
        return HttpResponse(content, content_type="application/pdf", headers=disposition)


class DocumentFile(FileView):
    """The document; once it is accepted or signed, the very file that is kept as evidence."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token) as document:
            self.readable(document, token)
            kept = kept_file(document)
            return self.file(pdf_of(document, self.language) if kept is None else kept, document.number)


class ReceiptFile(FileView):
    """The receipt of one of an invoice's payments."""

    def get(self, request: HttpRequest, token: str, payment_id: int) -> HttpResponse:
        with opened(token) as document:
            self.readable(document, token)
            paid = Payment.objects.filter(status=PaymentStatus.COMPLETED, invoice__pk=document.pk)
            payment = paid.filter(pk=payment_id).first() if isinstance(document, Invoice) else None
            if payment is None:
                raise NotFound()
            return self.file(pdf_of(payment, self.language), f"{document.number}-{payment.pk}")


def kept_file(document: Any) -> bytes | None:
    """The accepted quote, or the signed copy of a contract, as they were kept."""
    kinds = (EvidenceKind.QUOTE_ACCEPTED, EvidenceKind.CONTRACT_SEALED)
    own = kinds[0] if isinstance(document, Quote) else kinds[1] if isinstance(document, Contract) else None
    entry = Evidence.objects.filter(kind=own, document_id=document.pk).first() if own else None
    kept = EvidenceFile.objects.filter(pk=entry.pdf_sha256).first() if entry else None
    return bytes(kept.content) if kept is not None else None
