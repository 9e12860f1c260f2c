"""Statements of account as PDF."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.api.accounts import FROM, UNTIL, StatementView
from billing.api.pdf import pdf_described, pdf_response, wanted_language
from billing.rendering import statement_of
from crm.models import Company, Contact

DAYS = {"from": FROM, "to": UNTIL}


class ContactStatementPdf(StatementView):
    party = "contact"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What they were invoiced and paid, as a PDF file."""
        first, last, found = self.found(request, pk)
        language = wanted_language(request)
        party = Contact.objects.get(pk=pk)
        paper = statement_of(party, found, first=first, last=last, language=language)
        return pdf_response(request, paper, f"statement-{pk}")

    get.described = pdf_described(  # type: ignore[attr-defined]
        _("Download a contact's statement of account as PDF"), "downloadContactStatement", query=DAYS
    )


class CompanyStatementPdf(StatementView):
    party = "company"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What they were invoiced and paid, as a PDF file."""
        first, last, found = self.found(request, pk)
        language = wanted_language(request)
        party = Company.objects.get(pk=pk)
        paper = statement_of(party, found, first=first, last=last, language=language)
        return pdf_response(request, paper, f"statement-{pk}")

    get.described = pdf_described(  # type: ignore[attr-defined]
        _("Download a company's statement of account as PDF"), "downloadCompanyStatement", query=DAYS
    )
