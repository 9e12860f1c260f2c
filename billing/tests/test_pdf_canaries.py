"""Canaries in every text that a document can show: nobody is asked for anything, and no file is read.

Escaping and the confined process each keep them in alone; with both off, every one of them sings.
"""

import logging
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, JSONField, Model, QuerySet, TextField
from django.template import Context, Engine
from django.utils.timezone import now
from pypdf import PdfReader

from billing.models import Contract, Evidence, EvidenceFile, EvidenceKind, Invoice, Payment, Quote
from billing.pdf import branding, render
from billing.pdf.render import html_of
from billing.pdf.views import Paper
from billing.queries_accounts import Entry, Statement
from billing.rendering import paper_of, statement_of
from billing.terms import Terms
from billing.tests.canaries import SECRET, Canary, listening
from billing.tests.papers import a_contact, a_contract, a_payment, a_quote, an_invoice, made
from crm.models import Company, Contact
from leadercrm.accounts.models import User
from leadercrm.core.clock import tenant_today
from leadercrm.core.money import ZERO
from leadercrm.core.pdf.renderer import html_to_pdf
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.core.web.branding import SETTINGS_KEY

# Whose rows a document is made of, besides its owner: billing's, and whoever it is for. Evidence is never changed.
MODELS: tuple[Any, ...] = (*apps.get_app_config("billing").get_models(), Contact, Company)
# A shorter field cannot name an address.
LEAST = 42
# What a field of free form holds. A new one has to be entered here.
FREE: dict[str, Callable[[str], Any]] = {
    "crm.Contact.emails": lambda text: [{"email": text}],
    "crm.Contact.phones": lambda text: [{"phone": text}],
    "crm.Contact.custom_fields": lambda text: {text: text},
    "accounts.User.preferences": lambda text: {},
}
# The fields that a document shows, at least; the others may hold what they like.
PARTY = {"tenant.name", *(f"branding.{name}" for name in branding.TEXTS if name != "colour")}
CLIENT = {"crm.Contact.emails", "crm.Contact.phones", "crm.Contact.city", "crm.Contact.country", "crm.Company.tax_id"}
BANK = {"billing.bank_name", "billing.bank_holder"}
SHOWN = {
    "quote": PARTY | CLIENT | {
        "billing.Quote.contact_name", "billing.Quote.company_name", "billing.Quote.title", "billing.Quote.notes",
        "billing.Quote.terms", "billing.QuoteItem.description", "accounts.User.name",
    },
    "invoice": PARTY | CLIENT | BANK | {
        "billing.Invoice.contact_name", "billing.Invoice.company_name", "billing.Invoice.notes",
        "billing.InvoiceItem.description", "accounts.User.name",
    },
    "contract": PARTY | CLIENT | {
        "billing.Contract.contact_name", "billing.Contract.company_name", "billing.Contract.title",
        "billing.Contract.type", "billing.Contract.body", "billing.Contract.signer_name",
        "billing.Contract.signer_company", "billing.Contract.document_hash", "billing.Evidence.email",
        "billing.Evidence.typed", "accounts.User.name",
    },
    "receipt": PARTY | CLIENT | {
        "billing.Invoice.contact_name", "billing.Invoice.company_name", "billing.Payment.reference",
        "accounts.User.name",
    },
    "statement": PARTY | BANK | (CLIENT - {"crm.Company.tax_id"}) | {"crm.Contact.first_name", "crm.Contact.last_name"},
}  # fmt: skip


# Texts of a view that no user writes, or that are too short to name an address, or that are never there.
OURS = {
    *(f"{view}View.{text}" for view in ("Quote", "Invoice", "Contract", "Receipt", "Statement")
      for text in ("number", "currency", "language", "link")),
    "Brand.logo", "Line.tax_factor", "Bank.clabe", "InvoiceView.title", "InvoiceView.terms",
    "InvoiceView.payment_method", "InvoiceView.payment_form", "InvoiceView.fiscal_folio", "Signature.address",
    "Signature.drawn", "ReceiptView.method", "ReceiptView.invoice_number", "StatementView.seller", "Client.tax_id",
    "Client.company", "Account.currency", "Entry.kind", "Entry.number",
}  # fmt: skip


class Aviary:
    """Gives every text its canary, and remembers which is whose."""

    def __init__(self, canary: Canary) -> None:
        self.canary, self.names = canary, dict[str, str]()

    def text(self, field: str, most: int | None) -> str:
        turn = len(self.names)
        code = f"c{turn}"
        self.names[code] = field
        return self.canary.text(code, most, turn)

    def fields(self, codes: set[str]) -> set[str]:
        return {self.names[code] for code in codes}

    def fill(self, rows: QuerySet[Any]) -> None:
        """All texts of these rows, if there are any."""
        if rows.exists():
            rows.update(**self.values(rows.model))

    def values(self, model: type[Model]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            name, most = f"{model._meta.label}.{field.name}", getattr(field, "max_length", None)
            if isinstance(field, JSONField):
                values[field.name] = FREE[name](self.text(name, None))
            elif isinstance(field, CharField | TextField) and not field.choices and (most is None or most >= LEAST):
                values[field.name] = self.text(name, most)
        return values

    def settings(self) -> dict[str, Any]:
        """The tenant's own, with what its papers take from there."""
        texts = [field.name for field in fields_of(Terms) if field.type == str | None and field.name != "bank_clabe"]
        return {
            SETTINGS_KEY: {
                "logo": f"../../../../../../../../{self.canary.file}",
                **{name: self.text(f"branding.{name}", None) for name in branding.TEXTS},
            },
            "billing": {**{name: self.text(f"billing.{name}", None) for name in texts}, "bank_clabe": "0" * 18},
        }


@pytest.fixture
def aviary(tmp_path: Path) -> Iterator[Aviary]:
    with listening(tmp_path) as canary:
        yield Aviary(canary)


@pytest.fixture
def papers(api: Api, alfa: TestTenant, aviary: Aviary) -> Iterator[dict[str, Paper]]:
    """One document of each kind, with canaries in all their rows."""
    company = made(api.post("/companies", {"name": "Norte", "tax_id": "NOR850101AB3"}))["id"]
    whose = {"contact_id": a_contact(api, company_id=company)}
    quote, invoice, contract = a_quote(api, **whose), an_invoice(api, **whose), a_contract(api, **whose, body="x")
    made(api.post(f"/contracts/{contract['id']}/send"))
    made(api.post(f"/contracts/{contract['id']}/sign", {"client_name": "Ana"}))
    payment = a_payment(api, invoice, 100)
    for model in MODELS:
        if model not in (Evidence, EvidenceFile):
            aviary.fill(model._base_manager.all())
    aviary.fill(User.objects.filter(pk=alfa.users["admin"]))
    evidence = {"sequence": 1, "at": now(), "kind": EvidenceKind.CONTRACT_SIGNED, "document_id": contract["id"]}
    Evidence.objects.create(**aviary.values(Evidence) | evidence)
    guise = TestTenant(copy(alfa.row))
    guise.row.name, guise.row.settings = aviary.text("tenant.name", 255), aviary.settings()
    with visiting(guise):
        entry = Entry(tenant_today(), "invoice", "FAC-1", 1, ZERO, ZERO)
        yield {
            "quote": paper_of(Quote.objects.get(pk=quote["id"])),
            "invoice": paper_of(Invoice.objects.get(pk=invoice["id"])),
            "contract": paper_of(Contract.objects.get(pk=contract["id"])),
            "receipt": paper_of(Payment.objects.get(pk=payment["id"])),
            "statement": statement_of(Contact.objects.get(), [Statement("MXN", entries=[entry])]),
        }


def unescaped(template: str, context: dict[str, Any]) -> str:
    """What the template would write if nothing in it were escaped."""
    libraries = {"i18n": "django.templatetags.i18n"}
    engine = Engine(dirs=[str(settings.BASE_DIR / "templates")], autoescape=False, libraries=libraries)
    return engine.get_template(template).render(Context(context, autoescape=False))


def unconfined(html: str) -> bytes:
    """A PDF as WeasyPrint makes it where nobody says what may be fetched."""
    import weasyprint

    logging.getLogger("weasyprint").disabled = True
    pdf: bytes = weasyprint.HTML(string=html).write_pdf()
    return pdf


def text_of(pdf: bytes) -> str:
    reader = PdfReader(BytesIO(pdf))
    attached = b"".join(content for contents in reader.attachments.values() for content in contents)
    return " ".join(page.extract_text() for page in reader.pages) + attached.decode(errors="replace")


def silent(view: Any) -> set[str]:
    """The texts of a view that hold no canary: "QuoteView.number"."""
    found = set()
    for one in fields_of(view):
        value = getattr(view, one.name)
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part):
                found |= silent(part)
            elif isinstance(part, str) and "<img src=http" not in part:
                found.add(f"{type(view).__name__}.{one.name}")
    return found


@pytest.mark.parametrize("kind", SHOWN)
def test_no_text_of_a_document_is_more_than_text(
    kind: str, papers: dict[str, Paper], aviary: Aviary, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, asked = papers[kind], aviary.canary.asked
    assert silent(paper) <= OURS
    html = html_of(paper)
    shown = {code for code in aviary.names if f"/{code}&gt;" in html or f"/{code}&#x27;" in html}
    assert aviary.fields(shown) == SHOWN[kind]
    assert html_to_pdf(html)
    text = text_of(unconfined(html))
    assert (SECRET in text, asked, "img src=" in text) == (False, set(), True)
    monkeypatch.setattr(render, "render_to_string", unescaped)
    html = html_of(paper)
    with pytest.raises(RuntimeError, match="makes no PDF"):
        html_to_pdf(html)
    assert asked == set()
    assert SECRET in text_of(unconfined(html))
    assert aviary.fields(aviary.canary.names()) == SHOWN[kind]
