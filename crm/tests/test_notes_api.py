"""Notes over HTTP: they live under a contact."""

from crm.models import Note
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant


class TestNotes(ResourceCase):
    routes, tables, text = ("note-list", "note-detail"), ("crm_contact", "crm_note"), "body"
    has_detail = False
    keys = {
        "id": (int,), "contact_id": (int,), "body": (str,), "is_pinned": (bool,), "user_id": (int, type(None)),
        "user_name": (str, type(None)), "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {"body": "Reunión programada para el viernes 18 a las 10am.", "is_pinned": True}
    change = {"is_pinned": False}
    read_only = {"id": 77777, "user_id": 99, "contact_id": 99, "created_at": "2001-01-01T00:00:00.000000Z"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        return f"/contacts/{api.post('/contacts', {'first_name': 'Ana'}).data['id']}/notes"

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        row_id = self.make(api, place)
        Note.objects.filter(pk=row_id).update(user_id=owner_id)
        return row_id


def test_pinned_notes_stand_first(api: Api) -> None:
    place = TestNotes().place(api)
    for text, pinned in (("old pinned", True), ("old", False), ("new pinned", 1), ("new", "false")):
        assert api.post(place, {"body": text, "is_pinned": pinned}).status == 201
    assert [row["body"] for row in api.get(place).data] == ["new pinned", "old pinned", "new", "old"]


def test_note_names_its_author(sales: Api, alfa: TestTenant) -> None:
    made = sales.post(TestNotes().place(sales), {"body": "Hola"}).data
    assert (made["user_id"], made["user_name"], made["is_pinned"]) == (alfa.users["sales"], "Sales Alfa", False)


def test_note_is_found_under_its_contact_alone(api: Api) -> None:
    place, other = TestNotes().place(api), TestNotes().place(api)
    note = api.post(place, {"body": "Hola"}).data["id"]
    assert api.get(other).data == []
    with untouched():
        assert api.put(f"{other}/{note}", {"body": "Adiós"}).status == 404
        assert api.delete(f"{other}/{note}").status == 404


def test_notes_of_no_contact(api: Api) -> None:
    gone = TestNotes().place(api)
    api.post(gone, {"body": "Hola"})
    api.delete(gone.removesuffix("/notes"))
    with untouched():
        for place in (gone, "/contacts/999999/notes", f"/contacts/{10**30}/notes", "/contacts/٣/notes"):
            assert api.get(place).status == 404
            assert api.post(place, {"body": "Hola"}).status == 404


def test_deleted_note_stays_in_the_audit(api: Api) -> None:
    place = TestNotes().place(api)
    note = api.post(place, {"body": "Hola"}).data["id"]
    api.delete(f"{place}/{note}")
    entry = AuditEntry.objects.get(action="note.deleted")
    assert (entry.object_id, entry.changes["body"][0]) == (note, "Hola")


def test_long_text_and_its_limit(api: Api) -> None:
    place = TestNotes().place(api)
    assert api.post(place, {"body": "ñ" * 20_000}).status == 201
    with untouched():
        assert set(api.post(place, {"body": "ñ" * 20_001}).errors) == {"body"}
