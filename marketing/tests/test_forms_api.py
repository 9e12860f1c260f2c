"""Forms over HTTP: what every resource has, and what a form refuses to be."""

from typing import Any, ClassVar

from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant
from marketing.models import Form

FIELD = {"key": "email", "label": "Correo", "kind": "email", "required": True, "choices": [], "maps_to": "email"}


class TestForms(ResourceCase):
    path = "/forms"
    routes = ("form-list", "form-detail")
    tables = ("marketing_form",)
    keys: ClassVar[dict[str, tuple[type, ...]]] = {
        "id": (int,), "name": (str,), "api_key": (str,), "is_active": (bool,), "title": (str,), "intro": (str,),
        "fields": (list,), "source": (str,), "assignment": (str,), "owner_id": (int, type(None)),
        "owner_name": (str, type(None)), "assignee_ids": (list,), "names_owner": (bool,), "consent_text": (str,),
        "consent_version": (str,), "consent_required": (bool,), "double_opt_in": (bool,), "thanks_text": (str,),
        "redirect_url": (str,), "min_seconds": (int,), "submissions_count": (int,), "spam_count": (int,),
        "last_submitted_at": (str, type(None)), "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {  # noqa: RUF012
        "name": "Contacto", "title": "Escríbanos", "intro": "Le llamamos.", "fields": [FIELD], "source": "web",
        "consent_text": "Acepto.", "consent_version": "1", "thanks_text": "¡Gracias!",
        "redirect_url": "https://uno.mx/gracias?a=1",
    }  # fmt: skip
    change: ClassVar[dict[str, Any]] = {"name": "Otro", "is_active": False}
    text = "name"
    read_only: ClassVar[dict[str, Any]] = {"id": 99999, "api_key": "abc", "submissions_count": 7}
    roles = """
        admin manager sales viewer
        create own 201 201 403 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 403 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """


def test_what_a_form_refuses_to_be(api: Api, alfa: TestTenant) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"fields": []}, "fields"),
        ({"fields": [FIELD, FIELD]}, "fields"),
        ({"fields": [{**FIELD, "maps_to": None}]}, "fields"),
        ({"fields": [{**FIELD, "key": "consent"}]}, "fields.0.key"),
        ({"fields": [{**FIELD, "key": "_homepage"}]}, "fields.0.key"),
        ({"fields": [{**FIELD, "kind": "file"}]}, "fields.0.kind"),
        ({"fields": [{**FIELD, "kind": "text"}]}, "fields.0.kind"),
        ({"fields": [{**FIELD, "maps_to": "owner_id"}]}, "fields.0.maps_to"),
        ({"fields": [FIELD, {**FIELD, "key": "a", "kind": "select", "maps_to": None}]}, "fields.1.choices"),
        *(
            ({"redirect_url": url}, "redirect_url")
            for url in ("javascript:alert(1)", "//x.mx", "https://", "http:\\\\x")
        ),
        ({"assignment": "nobody"}, "assignment"),
        ({"assignment": "owner", "owner_id": None}, "owner_id"),
        ({"owner_id": 999999}, "owner_id"),
        ({"assignee_ids": [alfa.users["sales"], 999999]}, "assignee_ids.1"),
        ({"consent_required": True}, "consent_text"),
        ({"double_opt_in": True}, "consent_text"),
        ({"min_seconds": 61}, "min_seconds"),
    ]
    with untouched():
        for values, field in wrong:
            assert list(api.post("/forms", {"name": "A", **values}).errors) == [field], values
    made = api.post("/forms", {"name": "A", "consent_text": "B", "double_opt_in": True}).data
    with untouched():
        assert list(api.put(f"/forms/{made['id']}", {"consent_text": ""}).errors) == ["consent_text"]
    assert [field["key"] for field in made["fields"]] == ["first_name", "last_name", "email", "phone", "message"]


def test_embed_code_has_the_key_and_escapes_what_was_typed(api: Api) -> None:
    made = api.post("/forms", {"name": 'A"><script>', "fields": [{**FIELD, "label": "<b>"}]}).data
    code = api.get(f"/forms/{made['id']}/embed").data
    assert code["page_url"] == f"http://testserver/f/{made['api_key']}"
    assert set(code) == {"page_url", "script", "iframe", "html"}
    assert all(made["api_key"] in text for text in code.values())
    assert "><script>" not in code["iframe"]
    assert "<b>" not in code["html"]
    assert Form.objects.count() == 1
