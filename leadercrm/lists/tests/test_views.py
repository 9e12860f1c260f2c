"""Views of lists and their columns: kept by one, shared with all, changed by whoever may."""

import pytest

from crm.actions.contacts import create_contact
from crm.actions.custom_fields import create_custom_field
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists.models import ListChoice, SavedView

HERE = {"listing": "/contacts"}


def enter(role: str) -> Browser:
    browser = Browser()
    browser.log_in(f"{role}@alfa.example.com", site="/")
    browser.get("/contacts")
    return browser


@pytest.fixture
def manager(alfa: TestTenant) -> Browser:
    return enter("manager")


def heads(text: str) -> list[str]:
    """The columns' names, in order."""
    table = text.partition("<thead>")[2].partition("</thead>")[0]
    return [
        part.partition("<")[0].strip()
        for part in table.replace("</th>", "").split(">")
        if part.partition("<")[0].strip()
    ]


def test_a_view_is_kept_opened_and_known_as_modified(manager: Browser, alfa: TestTenant) -> None:
    for name, stage in (("Ana", "customer"), ("Bea", "lead")):
        create_contact({"first_name": name, "lifecycle_stage": stage}, actor=alfa.actor())
    kept = manager.post("/lists/views", {**HERE, "name": "Clientes", "query": "lifecycle_stage=customer&page=3"})
    view = SavedView.objects.get()
    assert view.query == {"lifecycle_stage": "customer"}
    assert kept["Location"] == f"/contacts?lifecycle_stage=customer&view={view.pk}"
    text = manager.get(kept["Location"]).content.decode()
    assert "Bea" not in text
    assert "view-modified" not in text
    changed = manager.get(kept["Location"] + "&sort=full_name").content.decode()
    assert "view-modified" in changed
    update = {**HERE, "act": "update", "query": f"lifecycle_stage=lead&view={view.pk}"}
    manager.post(f"/lists/views/{view.pk}", update)
    manager.post(f"/lists/views/{view.pk}", {**HERE, "act": "rename", "name": "Prospectos"})
    view.refresh_from_db()
    assert (view.name, view.query, view.is_shared) == ("Prospectos", {"lifecycle_stage": "lead"}, False)
    manager.post(f"/lists/views/{view.pk}", {**HERE, "act": "delete"})
    assert not SavedView.objects.exists()


def test_a_list_begins_with_the_chosen_view(manager: Browser, alfa: TestTenant) -> None:
    manager.post("/lists/views", {**HERE, "name": "Míos", "query": "search=a", "is_default": "on"})
    view = SavedView.objects.get()
    opened = manager.get("/contacts")
    assert (opened.status_code, opened["Location"]) == (302, f"/contacts?search=a&view={view.pk}")
    assert manager.get("/contacts?view=0").status_code == 200
    assert enter("sales").get("/contacts").status_code == 200
    manager.post(f"/lists/views/{view.pk}", {**HERE, "act": "end"})
    assert manager.get("/contacts").status_code == 200


def test_who_may_share_shares_and_the_others_only_look(manager: Browser, alfa: TestTenant) -> None:
    sales = enter("sales")
    with untouched():
        assert sales.post("/lists/views", {**HERE, "name": "Todos", "is_shared": "on"}).status_code == 403
    sales.post("/lists/views", {**HERE, "name": "Propia"})
    manager.post("/lists/views", {**HERE, "name": "Del equipo", "is_shared": "on"})
    own, shared = SavedView.objects.order_by("pk")
    text = sales.get("/contacts").content.decode()
    assert "Del equipo" in text
    assert "Propia" in text
    assert "Propia" not in manager.get("/contacts").content.decode()
    with untouched():
        assert sales.post(f"/lists/views/{shared.pk}", {**HERE, "act": "delete"}).status_code == 403
        assert manager.post(f"/lists/views/{own.pk}", {**HERE, "act": "delete"}).status_code == 404
        assert manager.post("/lists/views", {**HERE, "name": " "}).status_code == 422
        assert manager.post("/lists/views", {"listing": "/settings", "name": "x"}).status_code == 404
        assert manager.post("/lists/views", {"listing": "//x.example", "name": "x"}).status_code == 404
    assert enter("admin").post(f"/lists/views/{shared.pk}", {**HERE, "act": "delete"}).status_code == 303


def test_columns_are_chosen_in_their_order_and_remembered(manager: Browser, alfa: TestTenant) -> None:
    create_custom_field({"label": "Talla", "type": "text"}, actor=alfa.actor())
    create_contact({"first_name": "Ana", "city": "Puebla", "custom_fields": {"talla": "XL"}}, actor=alfa.actor())
    columns = ["custom.talla", "full_name", "city", "nonsense"]
    manager.post("/lists/columns", {**HERE, "columns": columns})
    assert ListChoice.objects.get().columns == columns
    text = manager.get("/contacts").content.decode()
    assert heads(text) == ["Talla", "Nombre", "Ciudad"]
    assert "XL" in text
    assert heads(manager.get("/contacts?columns=city,full_name").content.decode()) == ["Ciudad", "Nombre"]
    assert "Correo" in " ".join(heads(enter("sales").get("/contacts").content.decode()))
    manager.post("/lists/columns", {**HERE, "reset": "1"})
    assert "Talla" not in heads(manager.get("/contacts").content.decode())
    assert "XL" in manager.get("/contacts?export=csv").content.decode()
