"""What is on the pages: the figures that were given, in both languages, and nothing that users could slip in."""

import socket
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from billing.pdf import render
from billing.pdf.render import html_of, key_of, pdf_of_view
from billing.pdf.views import MOST_LINES, MOST_TEXT, Brand, Client, Paper, Signature
from billing.tests import pdf_views as example
from leadercrm.core.money import money_text
from leadercrm.core.pdf.renderer import TooLargeForPdf, html_to_pdf
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.core.web.colours import _contrast_with_white, _rgb, accent, tint

SIGNED = Signature(
    name="María González", at=datetime(2026, 4, 13, 17, 5, 9), company="Bajío", address="203.0.113.7",
    document_hash="ab" * 32,
)  # fmt: skip
PAPERS: dict[str, Paper] = {
    "quote": example.quote(*example.mixed(3)),
    "invoice": example.invoice(*example.mixed(2)),
    "receipt": example.receipt(),
    "contract": example.contract(signature=SIGNED),
    "statement": example.statement(),
}


def text_of(pdf: bytes) -> str:
    """Its text with single spaces: how a line was broken is of no account."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def texts_of(view: Paper) -> str:
    return text_of(html_to_pdf(html_of(view)))


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PDF_CACHE_DIR = tmp_path / "pdf"
    return tmp_path / "pdf"


def test_a_quote_shows_the_figures_that_it_was_given() -> None:
    view = example.quote(*example.mixed(9))
    shown = texts_of(view)
    for value in (view.subtotal, view.total, view.discount_total, view.subtotal + view.discount_total):
        assert money_text(value, "MXN") in shown
    for line in view.lines:
        assert line.description in shown
        assert money_text(line.net, "MXN", code=False) in shown
    for rate in (Decimal(16), Decimal(8), Decimal(0)):
        base = sum((line.net for line in view.lines if line.tax_rate == rate), Decimal(0))
        tax = sum((line.tax for line in view.lines if line.tax_rate == rate), Decimal(0))
        assert f"IVA {rate} % sobre {money_text(base, 'MXN', code=False)} {money_text(tax, 'MXN')}" in shown


def test_a_quote_in_spanish() -> None:
    shown = texts_of(example.quote())
    for text in (
        "COTIZACIÓN COT-000008", "5 de mayo de 2026", "IVA 16 % $28,800.00 MXN", "Total $208,800.00 MXN",
        "DOSCIENTOS OCHO MIL OCHOCIENTOS PESOS 00/100 M.N.", "Página 1 de 1", "RFC SIN850101AB3",
        "Soluciones Integrales Nova, S.A. de C.V.", "RFC CBA970312KX1", "María González Ruiz", "validez fiscal",
    ):  # fmt: skip
        assert text in shown, text


def test_a_phone_number_stays_on_one_line() -> None:
    view = replace(example.quote(), client=replace(example.quote().client, phone="+52 (55) 1234-5678"))
    assert " · +52\N{NO-BREAK SPACE}(55)\N{NO-BREAK SPACE}1234-5678<" in html_of(view)
    assert "escribir al 55 1234" in html_of(replace(view, client=replace(view.client, phone="escribir al 55 1234")))


def test_an_invoice_in_english_and_dollars() -> None:
    shown = texts_of(example.invoice(language="en", currency="USD", exchange_rate=Decimal("17.123400")))
    for text in (
        "INVOICE FAC-000004", "May 10, 2026", "VAT 16% $28,800.00 USD", "Total $208,800.00 USD", "Page 1 of 1",
        "TWO HUNDRED EIGHT THOUSAND EIGHT HUNDRED DOLLARS 00/100 USD", "Amount due $108,800.00 USD",
        "CLABE 002 010 07777777777 1", "Banamex", "1 USD = $17.1234 MXN", "no fiscal validity",
    ):  # fmt: skip
        assert text in shown, text


def test_only_what_is_no_cfdi_says_so() -> None:
    folio = "5C7B0622-01B4-4EB8-96D0-E0DEBD89FF0F"
    assert "no es un CFDI: sin validez fiscal" in texts_of(example.invoice())
    fiscal = texts_of(example.invoice(fiscal_folio=folio))
    assert "validez fiscal" not in fiscal
    assert folio in fiscal


def test_a_receipt_a_contract_and_a_statement() -> None:
    receipt, contract, statement = (texts_of(PAPERS[name]) for name in ("receipt", "contract", "statement"))
    assert "$104,400.00 MXNCIENTO CUATRO MIL CUATROCIENTOS PESOS 00/100 M.N." in receipt
    assert "Transferencia" in receipt
    assert "SPEI-20260420-001" in receipt
    assert "OCTAVA. EL PROVEEDOR" in contract
    assert "Firmado por María González" in contract
    assert "2026-04-13 17:05:09 UTC" in contract
    assert "Factura FAC-000004 02/06/2026 $10,444.00 $16,165.00" in statement
    assert "Saldo inicial $1,500.00" in statement
    assert "Cargos y abonos $30,666.00 $24,001.50" in statement
    assert "Saldo por pagar $8,164.50 MXN" in statement


def test_an_exempt_line_is_not_one_of_zero_per_cent() -> None:
    lines = [example.line("a", "1", "100", rate="0"), example.line("b", "1", "200", rate="0", factor="exento")]
    shown = texts_of(example.quote(*lines))
    assert "Exento sobre $200.00" in shown
    assert "IVA 0 % sobre $100.00" in shown


def test_a_long_table_repeats_its_head_and_never_leaves_the_totals_alone() -> None:
    for count in range(12, 45, 4):
        pages = PdfReader(BytesIO(html_to_pdf(html_of(example.quote(*example.mixed(count)))))).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        with_total = next(text for text in texts if "Antes de descuentos" in text)
        assert f"({count})" in with_total
        for text in texts:
            assert ("PRECIO UNITARIO" in text) == any(f"({number})" in text for number in range(1, count + 1))


def test_title_author_and_language_are_in_the_file() -> None:
    for language, title in (("es-mx", "Cotización COT-000008"), ("en", "Quote COT-000008")):
        reader = PdfReader(BytesIO(html_to_pdf(html_of(example.quote(language=language)))))
        assert reader.metadata is not None
        assert str(reader.metadata.title).startswith(title)
        assert reader.metadata.author == "Soluciones Integrales Nova, S.A. de C.V."
        root: Any = reader.trailer["/Root"]
        assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (language[:2], True)


@pytest.mark.parametrize("colour", ["#ffffff", "#fde047", "#000000", "#0f766e", "#7c3aed", "", "red", "#12345;x"])
def test_any_colour_is_readable(colour: str) -> None:
    assert _contrast_with_white(_rgb(accent(colour))) >= 4.5
    assert _contrast_with_white(_rgb(tint(colour))) < 1.4


def text_fields(value: Any, path: str = "") -> Iterator[str]:
    """Paths to all texts that a view holds, but the ones that choose among what we wrote."""
    for field in fields(value):
        held, here = getattr(value, field.name), f"{path}{field.name}"
        if is_dataclass(held):
            yield from text_fields(held, f"{here}.")
        elif isinstance(held, tuple) and held and is_dataclass(held[0]):
            yield from text_fields(held[0], f"{here}.")
        elif isinstance(held, str) and field.name not in ("language", "logo", "drawn", "kind", "currency"):
            yield here


def with_text(value: Any, path: str, text: str) -> Any:
    name, _, rest = path.partition(".")
    held = getattr(value, name)
    if not rest:
        return replace(value, **{name: text})
    if isinstance(held, tuple):
        return replace(value, **{name: (with_text(held[0], rest, text), *held[1:])})
    return replace(value, **{name: with_text(held, rest, text)})


def hostile(port: int, secret: Path) -> str:
    """Every way to name an address in one text; each must come out as that text."""
    addresses = (f"http://127.0.0.1:{port}/x", secret.as_uri())
    return "".join(
        f"<img src='{address}'><link rel=stylesheet href='{address}'></style><style>@import '{address}';"
        f'a{{background:url("{address}")}}</style><svg><image href="{address}"/></svg><object data={address}></object>'
        "{% include '/etc/passwd' %}{{ settings.SECRET_KEY }}<!-- "
        for address in addresses
    )


@pytest.mark.parametrize("name", PAPERS)
def test_users_texts_are_text_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Each text of the document, all at once: nobody is asked, no file is read, and it is shown as it was written."""
    secret, view = tmp_path / "secret", PAPERS[name]
    secret.write_text("the-secret")
    paths = [*text_fields(view)]
    assert len(paths) > 10
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        for path in paths:
            view = with_text(view, path, hostile(server.getsockname()[1], secret))
        html = html_of(view)
        pdf = html_to_pdf(html)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "<img src='http" not in html
    assert "<style>@import" not in html
    shown = text_of(pdf)
    assert "{% include '/etc/passwd' %}" in shown
    for text in ("the-secret", "root:x:", "test-secret-key"):
        assert text not in shown


def test_a_hostile_description_is_printed_as_it_was_written() -> None:
    shown = texts_of(example.quote(example.line("<b>&amp; {{ 7|add:7 }} <script>alert(1)</script>", "1", "1")))
    assert "<b>&amp; {{ 7|add:7 }} <script>alert(1)</script>" in shown


def test_logo_and_drawn_signature_are_data_uris_or_none() -> None:
    for address in ("http://127.0.0.1/x.png", "file:///etc/passwd", "data:image/svg+xml,<svg/>", "/etc/passwd"):
        with pytest.raises(ValueError, match="data: URI"):
            Brand("x", logo=address)
        with pytest.raises(ValueError, match="data: URI"):
            Signature(name="x", at=SIGNED.at, drawn=address)


def test_views_refuse_what_is_too_large() -> None:
    too_many = example.mixed(MOST_LINES + 1)
    with pytest.raises(TooLargeForPdf):
        example.quote(*too_many)
    with pytest.raises(TooLargeForPdf):
        example.quote(terms="x" * (MOST_TEXT + 1))
    with pytest.raises(TooLargeForPdf):
        example.quote(example.line("x" * 5001, "1", "1"))


def test_the_largest_document_is_made() -> None:
    shown = texts_of(example.quote(*example.mixed(MOST_LINES), terms="larga " * 4000))
    assert f"({MOST_LINES})" in shown


def test_a_made_pdf_is_kept_for_its_tenant_alone(
    alfa: TestTenant, beta: TestTenant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(html: str) -> bytes:
        made.append(html)
        return html_to_pdf(html)

    monkeypatch.setattr(render, "html_to_pdf", counted)
    first = pdf_of_view(example.quote())
    assert pdf_of_view(example.quote()) == first
    assert len(made) == 1
    assert [path.parent.parent.name for path in folder.glob("*/*/*.pdf")] == [str(alfa.bound.id)]
    pdf_of_view(example.quote(notes="other"))
    assert len(made) == 2
    with visiting(beta):
        assert pdf_of_view(example.quote()) == first
    assert len(made) == 3
    assert {path.name for path in folder.iterdir()} == {str(alfa.bound.id), str(beta.bound.id)}


def test_the_key_tells_all_that_is_shown_apart() -> None:
    base = example.invoice()
    others = [
        replace(base, language="en"),
        replace(base, amount_paid=Decimal("1.00")),
        replace(base, brand=replace(base.brand, colour="#000000")),
        replace(base, client=Client("x")),
        replace(base, fiscal_folio="x"),
    ]
    assert len({key_of(view) for view in (base, *others)}) == 6
    assert key_of(example.invoice()) == key_of(base)


def test_another_template_makes_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of(example.quote())
    monkeypatch.setattr(render, "template_version", lambda: "another")
    assert key_of(example.quote()) != before
