"""Look-ups for the actions: rows that a document names, held so that they cannot go before it is written.

Whoever refers to a row shares its lock; who deletes or merges it waits. Everybody takes them in one
order: contact, deal, quote, contract, invoice, payment; and category, product.
"""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, QuerySet

from billing.models import Contract, Invoice, Payment, Product, Quote
from crm.models import Contact, Deal
from crm.queries import CONTACTS
from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import Param, Slot
from leadercrm.core.api.statements import KeptQuery, Statement


class Party(NamedTuple):
    """Whom a document is for, as it prints them."""

    contact_id: int
    contact_name: str
    company_id: int | None
    company_name: str | None


PARTY = """
    SELECT c.id, concat_ws(' ', c.first_name, c.last_name), k.id, k.name
      FROM crm_contact c LEFT JOIN crm_company k ON k.id = c.company_id AND k.deleted_at IS NULL
     WHERE c.id = %s {living} FOR KEY SHARE OF c
"""
LIVING_PARTY = Statement(PARTY.format(living="AND c.deleted_at IS NULL"), (Slot("pk"),), True)
ANY_PARTY = Statement(PARTY.format(living=""), (Slot("pk"),), True)


def hold_party(contact_id: int, actor: Actor) -> Party | None:
    """The living contact with this id, if the actor sees it."""
    row = LIVING_PARTY.fetch({"pk": contact_id})
    if row is None or not _seen(CONTACTS.all(), contact_id, actor):
        return None
    return Party(*row)


def hold_contact(contact_id: int) -> None:
    """Hold the contact of a document that is there already; it may have been deleted since."""
    ANY_PARTY.fetch({"pk": contact_id})


def _kept(model: type[Any]) -> Statement:
    table = model._meta.db_table
    sql = f"SELECT 1 FROM {table} WHERE id = %s AND deleted_at IS NULL FOR KEY SHARE"  # noqa: S608 - our models' names
    return Statement(sql, (Slot("pk"),), True)


HELD = {model: _kept(model) for model in (Deal, Quote, Contract)}


def hold(model: type[Any], pk: int, actor: Actor) -> bool:
    """Whether a living deal, quote or contract has this id and the actor sees it."""
    if HELD[model].fetch({"pk": pk}) is None:
        return False
    return _seen(model.objects.all(), pk, actor)


def _seen(rows: QuerySet[Any], pk: int, actor: Actor) -> bool:
    if actor.read_scope == Scope.ALL:
        return True
    return rows.filter(owned_by_scope(actor.read_scope, actor.user_id), pk=pk).exists()


CATEGORY = Statement("SELECT 1 FROM billing_productcategory WHERE id = %s FOR KEY SHARE", (Slot("pk"),), True)


def hold_category(pk: int) -> bool:
    """Whether a category of products has this id."""
    return CATEGORY.fetch({"pk": pk}) is not None


def products_by_id(ids: Collection[int], named: Collection[int] = ()) -> dict[int, Product]:
    """The living products among these, and those that the document has `named` already, living or not."""
    found = Product.with_deleted.filter(pk__in=ids) if ids else ()
    return {product.pk: product for product in found if product.deleted_at is None or product.pk in named}


_same_reference = KeptQuery(
    lambda: (
        Payment.objects.filter(reference=Param("reference", CharField()))
        .exclude(pk=Param("pk", BigIntegerField()))
        .order_by("-pk")
        .values_list("pk")[:10]
    )
)


def payments_with_reference(payment: Payment, actor: Actor) -> list[int]:
    """Ids of other payments with the same reference that the actor sees, at most ten, oldest first."""
    if not payment.reference:
        return []
    found = [pk for (pk,) in _same_reference(reference=payment.reference, pk=payment.pk)]
    return sorted(pk for pk in found if _seen(Payment.objects.all(), pk, actor))


def dependants(quote: Quote) -> bool:
    """Whether a living revision, contract or invoice stands on this quote."""
    return (
        Quote.objects.filter(revises=quote).exists()
        or Contract.objects.filter(quote=quote).exists()
        or Invoice.objects.filter(quote=quote).exists()
    )


_emails = KeptQuery(lambda: Contact.objects.filter(pk=Param("pk", BigIntegerField())).values_list("emails"))


def mail_address_of(contact_id: int) -> str | None:
    """A living contact's first e-mail address, or None."""
    row = _emails(pk=contact_id)
    emails = row[0][0] if row else None
    entries = json.loads(emails) if isinstance(emails, str) else emails
    return entries[0]["email"] if entries else None


def invoice_contacts(ids: Collection[int]) -> dict[int, int]:
    """Invoice -> its contact, of the living ones among `ids`."""
    return dict(Invoice.objects.filter(pk__in=ids).values_list("pk", "contact_id"))


def sees_invoice(pk: int, actor: Actor) -> bool:
    return _seen(Invoice.objects.all(), pk, actor)
