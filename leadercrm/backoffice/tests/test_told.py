"""The audit's pages speak the reader's language: no names of actions, models and columns as the code has them."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import override

from billing.actions.quotes import approve_quote
from billing.models import Quote
from crm.actions.companies import create_company
from crm.actions.contacts import change_contact, create_contact
from leadercrm.core.actor import RULES
from leadercrm.core.admin_kit import told
from leadercrm.core.admin_kit.site import load_admins
from leadercrm.core.models import AuditEntry
from leadercrm.core.outbox import HANDLERS
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

NAME, TAIL = re.compile(r"[a-z_]+\.[a-z_]+"), re.compile(r"\.[a-z_]+")
# What is said to these is no action, though it looks like one.
OTHERS = {"work_handler", "domain_action", "after_commit", "require", "shared_task", "sql"}


def actions_in(tree: ast.AST) -> Iterator[str]:
    """What a module's calls hand on that looks like an action: "quote.approved", or ".viewed" after a model's name."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in OTHERS:
            continue
        for word in (*call.args, *(keyword.value for keyword in call.keywords)):
            for part in ast.walk(word) if isinstance(word, ast.IfExp) else (word,):
                if isinstance(part, ast.Constant) and NAME.fullmatch(str(part.value)):
                    yield str(part.value)
                if isinstance(part, ast.JoinedStr) and "model_name" in ast.unparse(part):
                    yield from TAIL.findall(ast.unparse(part.values[-1]))


def recorded() -> set[str]:
    """All actions that the product's sources record."""
    files = [
        path
        for place in (*settings.TENANT_APPS, *settings.SHARED_APPS, "leadercrm.core")
        for path in (settings.BASE_DIR / place.replace(".", "/")).rglob("*.py")
        if {"actions", "operators"} & set(path.parts) or path.parent.name == "core"
    ]
    found = {action for path in files for action in actions_in(ast.parse(path.read_text()))}
    return found - RULES.keys() - HANDLERS.keys() - {model._meta.label_lower for model in apps.get_models()}


def test_every_action_has_its_word_in_both_languages() -> None:
    load_admins()
    actions = recorded()
    assert {"quote.approved", "contact.created", "tenant.suspended", ".viewed", "operator.renewed"} <= actions
    for action in actions:
        with override("es-mx"):
            spanish = told.deed(action)
        with override("en"):
            assert told.deed(action) not in (action, spanish), action


def test_names_that_nobody_knows_stay_as_they_are() -> None:
    assert (told.deed("kite.flown"), told.kind("kites.kite"), told.kind("x")) == ("kite.flown", "kites.kite", "x")
    unknown = AuditEntry(object_type="kites.kite", changes={"tail": [1, "red"]})
    assert told.introduce([unknown]) == [unknown]
    assert (told.column("kites.kite", "tail"), told.value(unknown, "tail", "red")) == ("tail", "red")
    assert (told.column("billing.quote", "tail"), told.door("kite"), told.actor("")) == ("tail", "Kite", "")


@pytest.mark.parametrize(
    ("name", "stored", "text"),
    [("amount", "450000", "450,000"), ("amount", "0.5", "0.5"), ("amount", "[…]", "[…]"), ("name", "450000", "450000"),
     ("expected_close_date", "2025-06-30", "30/06/2025"), ("expected_close_date", "soon", "soon"),
     ("created_at", "2026-01-02T18:30:00Z", "02/01/2026 12:30"), ("amount", None, None), ("probability", 5, 5)],
)  # fmt: skip
def test_values_are_written_as_people_write_them(name: str, stored: Any, text: Any) -> None:
    with override("es-mx"):
        assert told.value(AuditEntry(object_type="crm.deal"), name, stored) == text


def test_entries_are_told_in_words(populated: TestTenant, admin: Browser) -> None:
    quote = approve_quote(Quote.objects.get(), actor=populated.actor())
    for entry in AuditEntry.objects.all():
        assert told.kind(entry.object_type) != entry.object_type
        raw = {name for name in entry.changes if told.column(entry.object_type, name) == name}
        assert not raw, entry
    entry = AuditEntry.objects.latest("id")
    assert entry.action == "quote.approved"
    pages = ["", "core/auditentry/", f"core/auditentry/{entry.pk}/change/", f"billing/quote/{quote.pk}/history/"]
    for page in pages:
        text = admin.get(f"/admin/{page}").content.decode()
        assert "Aprobación" in text, page
        assert not re.search(r"quote\.approved|approved_at|billing\.quote<|>\s*billing\.quote\s", text), page
    assert re.search(r"Estado</td>\s*<td><span class=.kit-old.>borrador</span> → aprobada<", text)
    assert re.search(r"De palabra</td>\s*<td>Sí<", text)


def test_rows_that_changes_point_to_are_called_by_their_names(alfa: TestTenant, admin: Browser) -> None:
    """On an object's history, an entry's page and a timeline; a row that is gone keeps its number."""
    uno, dos = (create_company({"name": name}, actor=alfa.actor()) for name in ("Norte", "Sur"))
    contact = create_contact({"first_name": "Ana", "company_id": uno.pk}, actor=alfa.actor())
    change_contact(contact, {"company_id": dos.pk, "owner_id": alfa.users["sales"]}, actor=alfa.actor())
    entry = AuditEntry.objects.filter(action="contact.changed").latest("id")
    places = (f"/admin/crm/contact/{contact.pk}/history/", f"/admin/core/auditentry/{entry.pk}/change/",
              f"/contacts/{contact.pk}", f"/settings/audit/{entry.pk}")  # fmt: skip
    for place in places:
        text = re.sub(r"<[^>]+>|\s+", " ", admin.get(place).content.decode())
        for before, after in (("Norte", "Sur"), ("Admin Alfa", "Sales Alfa")):
            assert re.search(rf"{before} +(→ +)?{after}", text), (place, before)
    AuditEntry.objects.filter(pk=entry.pk).update(changes={"company_id": [uno.pk, 10**9]})
    few = len(statements_of(lambda: admin.get(places[0])))
    text = re.sub(r"<[^>]+>|\s+", " ", admin.get(places[0]).content.decode())
    assert re.search(rf"Norte +→ +{10**9}", text)
    for _more in range(5):
        change_contact(contact, {"company_id": dos.pk}, actor=alfa.actor())
        change_contact(contact, {"company_id": uno.pk}, actor=alfa.actor())
    assert len(statements_of(lambda: admin.get(places[0]))) == few


@pytest.mark.parametrize("of", ["object_type=billing.quote", "via=api", "actor_kind=user"])
def test_filters_speak_too(populated: TestTenant, admin: Browser, of: str) -> None:
    page = admin.get(f"/admin/core/auditentry/?{of}")
    assert page.context["cl"].result_count == AuditEntry.objects.filter(**dict([of.split("=")])).count() > 0
    assert "Enlace público" in page.content.decode()
