"""Imports: what rows of a file become, what is known again, what is refused and why; and the way back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Product, ProductCategory
from crm.actions.contacts import change_contact, create_contact
from crm.actions.notes import add_note
from crm.models import Company, Contact, Deal, Stage, StageChange
from leadercrm.core import tally
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists.actions.imports import begin_import, start_import
from leadercrm.lists.actions.reverting import revert_batch
from leadercrm.lists.models import Batch, BatchRow, BatchStatus
from leadercrm.lists.tests.conftest import bring, csv_of, work, xlsx_of
from leadercrm.notifications.models import Notification

HEAD = ("Nombre", "Apellidos", "Correo electrónico", "Teléfono", "Celular", "Empresa", "Puesto", "Responsable", "RFC")
ANA = (
    "Ana",
    "García",
    "ANA@ejemplo.mx; ana2@ejemplo.mx",
    "55 1234 5678",
    "",
    "Uno SA",
    "Directora",
    "",
    "gaaa800101aaa",
)
BEA = ("Bea", "Luna", "bea@ejemplo.mx", "", "81 8765 4321", "UNO  sa", "", "sales@alfa.example.com", "")


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.made, batch.changed, batch.skipped, batch.failed


def test_contacts_come_with_all_that_an_action_gives_them(alfa: TestTenant) -> None:
    before = tally.read("crm.contact")
    batch = bring(alfa, "contacts", csv_of([HEAD, ANA, BEA]))
    assert (batch.status, batch.total, counts(batch)) == (BatchStatus.DONE, 2, (2, 0, 0, 0))
    ana, bea = Contact.objects.order_by("pk")
    assert ana.emails == [{"email": "ana@ejemplo.mx"}, {"email": "ana2@ejemplo.mx"}]
    assert (ana.phones, bea.phones) == ([{"phone": "55 1234 5678"}], [{"phone": "81 8765 4321"}])
    assert ana.company == bea.company == Company.objects.get(name="Uno SA")
    assert (ana.owner_id, bea.owner_id) == (alfa.users["admin"], alfa.users["sales"])
    assert ana.custom_fields == {"rfc": "GAAA800101AAA"}
    assert ana.lead_score > bea.lead_score > 0
    assert "garcia" in ana.search
    assert "e:ana2@ejemplo.mx" in ana.match_keys
    assert tally.read("crm.contact")[1] == before[1] + 2
    entry = AuditEntry.objects.get(object_type="crm.contact", object_id=ana.pk)
    assert (entry.action, entry.user_id, entry.request_id) == (
        "contact.created",
        alfa.users["admin"],
        f"batch-{batch.pk}",
    )
    assert entry.changes["first_name"] == [None, "Ana"]
    told = Notification.objects.get(type="import_finished")
    assert (told.user_id, told.url) == (alfa.users["admin"], f"/batches/{batch.pk}")


def test_what_is_made_in_bulk_is_what_the_action_makes(alfa: TestTenant) -> None:
    values: dict[str, Any] = {
        "first_name": "Ana", "emails": [{"email": "a@b.mx"}], "job_title": "CEO",
        "custom_fields": {"rfc": "X", "n": None},
    }  # fmt: skip
    one = create_contact({**values, "emails": [{"email": "z@b.mx"}]}, actor=alfa.actor())
    bring(alfa, "contacts", csv_of([("nombre", "correo", "puesto", "rfc"), ("Ana", "a@b.mx", "CEO", "x")]))
    many = Contact.objects.exclude(pk=one.pk).get()
    same = ("owner_id", "lifecycle_stage", "lead_score", "custom_fields", "job_title", "deleted_at")
    assert [getattr(one, name) for name in same] == [getattr(many, name) for name in same]
    entries = AuditEntry.objects.filter(object_type="crm.contact", action="contact.created")
    first, second = (set(entry.changes) for entry in entries.order_by("pk"))
    assert first == second


@pytest.mark.parametrize(("same", "expected"), [("skip", (0, 0, 2, 0)), ("fill", (0, 1, 1, 0)), ("make", (2, 0, 0, 0))])
def test_who_is_there_already(alfa: TestTenant, same: str, expected: tuple[int, ...]) -> None:
    there = create_contact({"first_name": "Anita", "emails": [{"email": "ana@ejemplo.mx"}]}, actor=alfa.actor())
    again = ("Otra", "", "ana@ejemplo.mx", "", "", "", "", "", "")
    batch = bring(alfa, "contacts", csv_of([HEAD, ANA, again]), same=same)
    assert counts(batch) == expected
    there.refresh_from_db()
    assert there.first_name == "Anita"
    assert (there.last_name == "García") is (same == "fill")
    if same != "make":
        assert BatchRow.objects.filter(batch=batch, object_id=there.pk).count() == 2
    assert Company.objects.count() == (same == "make")


def test_a_row_that_is_the_same_as_an_earlier_one_of_the_file(alfa: TestTenant) -> None:
    filling = ("", "", "ana@ejemplo.mx", "55 9999 0000", "", "", "", "", "")
    batch = bring(alfa, "contacts", csv_of([HEAD, (*ANA[:3], "", *ANA[4:]), filling, filling]), same="fill")
    assert counts(batch) == (1, 1, 1, 0)
    assert Contact.objects.get().phones == [{"phone": "55 9999 0000"}]


def test_what_is_wrong_fails_alone_and_says_why(alfa: TestTenant) -> None:
    bad_email, bad_owner = ("Eva", "", "no es correo", *[""] * 6), ("Ivo", "", "i@x.mx", *[""] * 4, "Nadie", "")
    too_wide = (*BEA, "sobra")
    batch = bring(alfa, "contacts", csv_of([HEAD, bad_email, ANA, bad_owner, too_wide]))
    assert counts(batch) == (1, 0, 0, 3)
    reasons = dict(BatchRow.objects.filter(outcome="failed").values_list("place", "why"))
    assert "Correos" in reasons[2]
    assert "Nadie" in reasons[4]
    assert "encabezado" in reasons[5]


def test_what_the_database_refuses_fails_alone(alfa: TestTenant) -> None:
    head = ("Producto", "SKU", "Precio", "IVA", "Categoría", "Activo")
    rows = [(f"P{number}", f"S-{number % 9}", "$1,234.50", 0.16, "Cables", "sí") for number in range(12)]
    batch = bring(alfa, "products", xlsx_of([head, *rows]), same="make")
    assert counts(batch) == (9, 0, 0, 3)
    product = Product.objects.get(sku="S-0")
    assert (product.unit_price, product.tax_rate, product.is_active) == (Decimal("1234.5"), Decimal(16), True)
    assert product.category == ProductCategory.objects.get(name="Cables")
    assert tally.read("billing.product")[1] == Product.objects.count()
    assert "SKU" in BatchRow.objects.filter(outcome="failed").latest("place").why


def test_deals_stand_in_their_stages(alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Ana", "emails": [{"email": "ana@x.mx"}]}, actor=alfa.actor())
    won = Stage.objects.get(type="won")
    head = ("Oportunidad", "Etapa", "Monto", "Cierre", "Empresa", "Contacto", "Probabilidad")
    rows = [
        ("ERP", won.name.upper(), "1.234,50", date(2026, 5, 4), "Dos SA", "ANA@x.mx", ""),
        ("CRM", "", "", "31/12/2026", "", "", "40%"),
        ("Nada", "Inexistente", "", "", "", "", ""),
    ]
    batch = bring(alfa, "deals", xlsx_of([head, *rows]))
    assert counts(batch) == (2, 0, 0, 1)
    erp, crm = Deal.objects.order_by("pk")
    assert (erp.stage, erp.amount, erp.expected_close_date) == (won, Decimal("1234.50"), date(2026, 5, 4))
    assert erp.closed_at is not None
    assert list(erp.contacts.all()) == [contact]
    assert (erp.company.name, crm.probability, crm.expected_close_date) == ("Dos SA", 40, date(2026, 12, 31))
    assert crm.stage.type == "open"
    assert StageChange.objects.count() == 2
    assert not Notification.objects.filter(type="deal_won").exists()


def test_a_revert_takes_back_what_nobody_has_touched(alfa: TestTenant) -> None:
    there = create_contact({"first_name": "Anita", "emails": [{"email": "ana@ejemplo.mx"}]}, actor=alfa.actor())
    others = [(f"P{number}", "", f"p{number}@x.mx", "", "", "Dos SA", "", "", "") for number in range(3)]
    batch = bring(alfa, "contacts", csv_of([HEAD, ANA, BEA, *others]), same="fill")
    assert counts(batch) == (4, 1, 0, 0)
    first, second, third = Contact.objects.filter(first_name__startswith="P").order_by("pk")
    change_contact(first, {"city": "Puebla"}, actor=alfa.actor())
    add_note({"body": "Llamar"}, contact=second, actor=alfa.actor())
    change_contact(there, {"job_title": "Jefa"}, actor=alfa.actor())
    revert_batch(batch, actor=alfa.actor())
    work()
    batch.refresh_from_db()
    assert (batch.status, batch.reverted, batch.kept) == (BatchStatus.REVERTED, 2, 3)
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Anita", "P0", "P1"}
    there.refresh_from_db()
    assert (there.last_name, there.job_title, there.custom_fields) == (None, "Jefa", {})
    why = dict(BatchRow.objects.filter(batch=batch, reverted=False).values_list("object_id", "why"))
    assert set(why) == {first.pk, second.pk, there.pk}
    assert all(why.values())
    assert list(Company.objects.values_list("name", flat=True)) == ["Dos SA"]
    assert not Contact.objects.filter(pk=third.pk).exists()


def test_sales_staff_take_back_their_own_alone(alfa: TestTenant) -> None:
    batch = bring(alfa, "contacts", csv_of([HEAD, ANA]), role="sales")
    foreign = Batch.objects.create(kind="import", resource="contacts", status="done", user_id=alfa.users["manager"])
    with untouched(), pytest.raises(Forbidden):
        revert_batch(foreign, actor=alfa.actor("sales"))
    revert_batch(batch, actor=alfa.actor("sales"))
    revert_batch(batch, actor=alfa.actor("sales"))
    assert work() == 1
    assert not Contact.objects.exists()


def test_who_may_not_make_rows_may_not_import_them(alfa: TestTenant) -> None:
    for role, resource in (("viewer", "contacts"), ("sales", "products")):
        with untouched(), pytest.raises(Forbidden):
            start_import(resource, name="x.csv", pieces=[b"a\n1"], once=None, actor=alfa.actor(role))
    with untouched(), pytest.raises(DomainError):
        start_import("notes", name="x.csv", pieces=[b"a\n1"], once=None, actor=alfa.actor())


def test_twice_sent_is_once_begun(alfa: TestTenant) -> None:
    actor = alfa.actor()
    first, second = (
        start_import("contacts", name="x.csv", pieces=[csv_of([HEAD, ANA])], once="abc", actor=actor) for _time in "ab"
    )
    assert first == second
    work()
    first.refresh_from_db()
    for _time in "ab":
        begin_import(first, first.options, actor=actor)
    assert work() == 1
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("columns", [["", ""], ["city", "city"], ["x", ""], ["emails"], ["phones", ""]])
def test_columns_that_make_nothing_are_refused(alfa: TestTenant, columns: list[str]) -> None:
    actor = alfa.actor()
    batch = start_import("contacts", name="x.csv", pieces=[b"a,b\n1@x.mx,2"], once=None, actor=actor)
    work()
    batch.refresh_from_db()
    with untouched(), pytest.raises(DomainError):
        begin_import(batch, {**batch.options, "columns": columns}, actor=actor)
    begin_import(batch, {**batch.options, "columns": ["emails", "phones"]}, actor=actor)
