"""What stands on quotes and invoices."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.pdf.shown import Context, Fact, day, facts, percent, tax_name
from billing.pdf.views import Bank, InvoiceView, Priced, QuoteView
from billing.pdf.words import amount_in_words
from leadercrm.core.money import ZERO, money_text, number_text

# Of the tables' figures, which are in 9 points; their heads are in small capitals of about the same width.
MM_A_CHARACTER = 1.9
MM_OF_PADDING = 5


def priced_context(view: Priced) -> Context:
    """Lines and totals."""
    return {
        **_table(view),
        "totals": _totals(view),
        "total": money_text(view.total, view.currency),
        "words": amount_in_words(view.total, view.currency, view.language),
        "account": account_facts(view.bank, view.number),
        "title": view.title,
        "notes": view.notes,
        "terms": view.terms,
    }


class Column(NamedTuple):
    """A column of figures; `width` in millimetres is that of its widest text, so that none is measured twice."""

    label: str
    width: int


def _table(view: Priced) -> Context:
    """The lines as columns of text, without the discounts' where there are none."""
    figures: list[tuple[str, list[str]]] = [
        (pgettext("column", "Quantity"), [number_text(line.quantity) for line in view.lines]),
        (_("Unit price"), [money_text(line.unit_price, view.currency, code=False) for line in view.lines]),
        (_("VAT"), [tax_name(line.tax_factor, line.tax_rate) for line in view.lines]),
        (_("Amount"), [money_text(line.net, view.currency, code=False) for line in view.lines]),
    ]
    if any(line.discount_percent for line in view.lines):
        shown = [percent(line.discount_percent) if line.discount_percent else "" for line in view.lines]
        figures.insert(2, (_("Disc."), shown))
    return {
        "columns": [
            Column(label, round(max(map(len, [label, *texts])) * MM_A_CHARACTER + MM_OF_PADDING))
            for label, texts in figures
        ],
        "rows": [
            {"description": line.description, "cells": cells, "is_short": _is_short(line.description)}
            for line, *cells in zip(view.lines, *(texts for _label, texts in figures), strict=True)
        ],
    }


def _is_short(text: str) -> bool:
    """Whether a line of it is kept on one page: longer ones would leave half a page empty."""
    return len(text) < 400 and text.count("\n") < 8


def _totals(view: Priced) -> list[Fact]:
    """Down to the tax; the total stands by itself."""
    found = []
    if view.discount_total:
        found.append(Fact(_("Before discounts"), money_text(view.subtotal + view.discount_total, view.currency)))
        found.append(Fact(_("Discounts"), money_text(-view.discount_total, view.currency)))
    found.append(Fact(_("Subtotal"), money_text(view.subtotal, view.currency)))
    sums: dict[tuple[str, Decimal], list[Decimal]] = {}
    for line in view.lines:
        base_and_tax = sums.setdefault((line.tax_factor, line.tax_rate.normalize()), [ZERO, ZERO])
        base_and_tax[0] += line.net
        base_and_tax[1] += line.tax
    for (factor, rate), (base, tax) in sorted(sums.items(), key=lambda pair: (pair[0][0], -pair[0][1])):
        label = _("VAT %(rate)s") % {"rate": percent(rate)} if factor == "tasa" else tax_name(factor, rate)
        if len(sums) > 1:
            label = _("%(tax)s on %(base)s") % {"tax": label, "base": money_text(base, view.currency, code=False)}
        found.append(Fact(label, money_text(tax, view.currency)))
    return found


def account_facts(bank: Bank | None, reference: str) -> list[Fact]:
    """Where to pay to."""
    if bank is None:
        return []
    clabe = bank.clabe
    grouped = f"{clabe[:3]} {clabe[3:6]} {clabe[6:17]} {clabe[17:]}"
    return facts((_("Bank"), bank.name), (_("Holder"), bank.holder), (_("CLABE"), grouped), (_("Reference"), reference))


def quote_context(view: QuoteView) -> Context:
    revision = _("Revision %(number)s") % {"number": view.revision} if view.revision > 1 else ""
    return {
        **priced_context(view),
        "kind": pgettext("document", "Quote"),
        "facts": facts(
            (_("Date"), day(view.issued_on)),
            (_("Valid until"), day(view.valid_until)),
            (_("Currency"), view.currency),
            (_("Your contact"), view.seller),
            (_("Version"), revision),
        ),
        "link_text": _("Scan to see and accept this quote"),
        "unfiscal": _("This quote has no fiscal validity."),
    }


METHODS: Mapping[str, Callable[[], str]] = {
    "PUE": lambda: _("PUE, in one payment"),
    "PPD": lambda: _("PPD, in instalments or later"),
}
FORMS: Mapping[str, Callable[[], str]] = {
    "01": lambda: _("cash"),
    "02": lambda: _("check"),
    "03": lambda: _("electronic transfer"),
    "04": lambda: _("credit card"),
    "28": lambda: _("debit card"),
    "99": lambda: _("to be defined"),
}


def invoice_context(view: InvoiceView) -> Context:
    form = f"{view.payment_form} {FORMS[view.payment_form]()}" if view.payment_form in FORMS else view.payment_form
    method = METHODS[view.payment_method]() if view.payment_method in METHODS else view.payment_method
    rate = ""
    if view.exchange_rate and view.currency != "MXN":
        rate = f"1 {view.currency} = {money_text(view.exchange_rate, 'MXN')}"
    paid = [
        Fact(_("Paid"), money_text(view.amount_paid, view.currency)),
        Fact(_("Amount due"), money_text(view.amount_due, view.currency), strong=True),
    ]
    return {
        **priced_context(view),
        "kind": pgettext("document", "Invoice"),
        "facts": facts(
            (_("Date"), day(view.issued_on)),
            (_("Due on"), day(view.due_on)),
            (_("Currency"), view.currency),
            (_("Exchange rate"), rate),
            (_("Payment method"), method),
            (_("Form of payment"), form),
            (_("Your contact"), view.seller),
            (_("Fiscal folio"), view.fiscal_folio),
        ),
        "after_total": paid if view.amount_paid else [],
        "link_text": _("Scan to see and pay this invoice"),
        "unfiscal": "" if view.fiscal_folio else _("This document is no CFDI: it has no fiscal validity."),
    }
