"""Clients accept, decline and sign: by the actions of the API, with evidence, once."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from billing.evidence import code_of, faults, sha256
from billing.models import Contract, Evidence, EvidenceFile, Quote
from billing.tests.clients import WHO, Visitor, drawing, page_of, sent
from billing.tests.papers import a_contract, a_quote, made, now_is
from crm.tests.test_admin_parity import state
from leadercrm.core import outbox
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

AGENT = "Mozilla/5.0 (Test) Gecko/20100101"
REASON = {"reason": "Está fuera de presupuesto", "name": "Eva"}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PDF_CACHE_DIR = tmp_path / "pdf"


def an_open_quote(api: Api, **values: Any) -> tuple[dict[str, Any], str]:
    quote = sent(api, "quotes", a_quote(api, **values))
    return quote, page_of("quotes", quote)


def an_open_contract(api: Api, **values: Any) -> tuple[dict[str, Any], str]:
    contract = sent(api, "contracts", a_contract(api, body="Cláusula única.", **values))
    return contract, page_of("contracts", contract)


def test_accepting_keeps_who_what_when_and_the_very_file(api: Api, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    quote, page = an_open_quote(api, valid_until="2999-01-01")
    visitor = Visitor(AGENT)
    shown = visitor.get(f"{page}/pdf").content
    answer = visitor.answer(page, "accept", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.5"})
    assert (answer.status_code, answer["Location"]) == (303, f"{page}#state")
    assert now_is(api, "quotes", quote)["status"] == "approved"
    entry = Evidence.objects.get()
    assert (entry.kind, entry.document_id, entry.number) == ("quote_accepted", quote["id"], "COT-000001")
    assert (entry.name, entry.email, entry.typed) == ("María García", "maria@soluciones.example", "María García")
    assert (entry.ip, entry.agent, entry.language) == ("203.0.113.5", AGENT, "es-mx")
    assert "Acepto la cotización COT-000001 de Alfa por $208,800.00 MXN" in entry.consent
    assert entry.pdf_sha256 == sha256(shown)
    assert bytes(EvidenceFile.objects.get(pk=entry.pdf_sha256).content) == shown == visitor.get(f"{page}/pdf").content
    text = visitor.get(page).content.decode()
    assert code_of(entry.pdf_sha256) in text
    assert "María García aceptó esta cotización" in text
    audited = AuditEntry.objects.get(action="quote.approved")
    assert (audited.actor_kind, audited.via, audited.ip) == ("client", "link", "203.0.113.5")
    assert audited.label == "María García <maria@soluciones.example>"
    assert Notification.objects.filter(type="quote_approved").exists()
    assert list(faults()) == []


def test_the_file_stays_the_same_when_documents_are_drawn_anew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release draws another PDF: the client still gets what they accepted."""
    _quote, page = an_open_quote(api)
    visitor = Visitor()
    shown = visitor.get(f"{page}/pdf").content
    assert visitor.answer(page, "accept").status_code == 303
    monkeypatch.setattr("billing.pdf.render.template_version", lambda: "another release")
    monkeypatch.setattr("billing.pdf.render.html_to_pdf", lambda html: b"%PDF-another%%EOF")
    assert visitor.get(f"{page}/pdf").content == shown


OWN = {
    "number", "sent_at", "last_sent_at", "approved_at", "rejected_at", "signed_at", "viewed_at", "signer_ip",
    "signer_agent", "document_hash",
}  # fmt: skip
DOORS: list[tuple[str, Any, Callable[..., Any], str, str, dict[str, str], dict[str, str]]] = [
    ("quotes", Quote, a_quote, "accept", "approve", {}, WHO),
    ("quotes", Quote, a_quote, "reject", "reject", {"reason": REASON["reason"]}, REASON),
    ("contracts", Contract, a_contract, "sign", "sign", {"client_name": WHO["name"]}, WHO),
]


@pytest.mark.parametrize(("kind", "model", "make", "how", "route", "body", "form"), DOORS)
def test_the_page_does_what_the_api_does(
    api: Api, kind: str, model: Any, make: Any, how: str, route: str, body: Any, form: Any
) -> None:
    """Same columns, same audit entry but for who and by which door, same notifications."""
    by_api, by_page = (sent(api, kind, make(api)) for _number in range(2))
    made(api.post(f"/{kind}/{by_api['id']}/{route}", body))
    assert Visitor().answer(page_of(kind, by_page), how, form).status_code == 303
    rows = [model.objects.get(pk=row["id"]) for row in (by_api, by_page)]
    left, right = ({k: v for k, v in state(row).items() if k not in OWN} for row in rows)
    assert left == right
    name = {"approve": "approved", "reject": "rejected", "sign": "signed"}[route]
    entries = [AuditEntry.objects.get(action=f"{kind[:-1]}.{name}", object_id=row.pk) for row in rows]
    assert [entry.via for entry in entries] == ["api", "link"]
    assert set(entries[0].changes) - OWN == set(entries[1].changes) - OWN
    told = Notification.objects.filter(type=f"{kind[:-1]}_{name}").values_list("url", flat=True)
    assert set(told) == {f"/{kind}/{row.pk}" for row in rows}


def test_declining_keeps_the_reason(api: Api) -> None:
    quote, page = an_open_quote(api)
    Visitor().get(page)
    with untouched():
        assert Visitor().answer(page, "reject", {"reason": "  "}).status_code == 422
        assert Visitor().answer(page, "reject", {"reason": "x" * 2001}).status_code == 422
    assert Visitor().answer(page, "reject", REASON).status_code == 303
    now = now_is(api, "quotes", quote)
    assert (now["status"], now["rejection_reason"]) == ("rejected", REASON["reason"])
    entry = Evidence.objects.get()
    assert (entry.kind, entry.reason, entry.name, entry.consent) == ("quote_rejected", REASON["reason"], "Eva", "")
    expired, page = an_open_quote(api, valid_until="2026-01-01")
    assert Visitor().answer(page, "reject", REASON).status_code == 303
    assert now_is(api, "quotes", expired)["status"] == "rejected"


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_a_drawn_signature_stands_on_the_signed_copy(api: Api) -> None:
    contract, page = an_open_contract(api)
    visitor = Visitor()
    unsigned = visitor.get(f"{page}/pdf").content
    form = {**WHO, "typed": "", "drawn": drawing(), "company": "Soluciones SA"}
    assert visitor.answer(page, "sign", form).status_code == 303
    now = now_is(api, "contracts", contract)
    assert (now["status"], now["signer_name"], now["signer_company"]) == ("signed", "María García", "Soluciones SA")
    assert now["document_hash"] == sha256(unsigned)
    signed = Evidence.objects.get(kind="contract_signed")
    with Image.open(BytesIO(bytes(signed.drawn or b""))) as picture:
        assert (picture.format, picture.mode) == ("PNG", "LA")
        assert picture.width <= 600
        assert picture.height <= 200
    assert (
        f"data:image/png;base64,{b64encode(bytes(signed.drawn or b'')).decode()}" in visitor.get(page).content.decode()
    )
    assert outbox.run(WorkItem.objects.get(task="billing.seal_contract").pk)
    sealed = Evidence.objects.get(kind="contract_sealed")
    copy = visitor.get(f"{page}/pdf").content
    assert (sealed.pdf_sha256, sealed.name) == (sha256(copy), "María García")
    assert len(PdfReader(BytesIO(copy)).pages[-1].images) == 1
    for words in ("maria@soluciones.example", sha256(unsigned)):
        assert words in text_of(copy)
    assert list(faults()) == []
    with untouched():
        assert visitor.answer(page, "sign", {"face": "0" * 64, **WHO}).status_code == 303
        assert api.post(f"/contracts/{contract['id']}/sign").status == 422


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({**WHO, "name": ""}, "Este campo es requerido"), ({**WHO, "email": "x"}, "correo"),
        ({**WHO, "typed": ""}, "Dibuje su firma o escríbala"), ({**WHO, "consent": ""}, "Sin su consentimiento"),
        ({**WHO, "name": "x" * 256}, "255"), ({**WHO, "name": "a\0b"}, "nulo"), ({**WHO, "face": "x"}, "Falta algo"),
        ({**WHO, "face": "0" * 64}, "cambió desde que lo abrió"),
        *(({**WHO, "drawn": uri}, "Este dibujo no se puede usar") for uri in (
            "x", "data:image/png;base64,", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zy8+",
            drawing(format="JPEG"), drawing((2401, 1201)), drawing()[:200],
        )),
        ({**WHO, "drawn": drawing(strokes=False)}, "Dibuje su firma o escríbala"),
        ({**WHO, "drawn": "data:image/png;base64," + "A" * 300_000}, "Falta algo"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_changes_nothing(api: Api, form: dict[str, str], words: str) -> None:
    _quote, page = an_open_quote(api)
    Visitor().get(page)
    with untouched():
        response = Visitor().answer(page, "accept", form)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert f'value="{form["email"]}"' in text or len(form["email"]) < 2


def test_what_has_changed_since_it_was_shown_is_not_accepted(api: Api) -> None:
    """Also by a field that is no line of it; the page then shows what it is now, and that can be accepted."""
    quote, page = an_open_quote(api, title="Proyecto Norte")
    face = Visitor().get(page).content.decode().partition('name="accept-face" value="')[2][:64]
    made(api.put(f"/quotes/{quote['id']}", {"title": "Proyecto Sur"}))
    with untouched():
        response = Visitor().answer(page, "accept", {**WHO, "face": face})
    text = response.content.decode()
    assert response.status_code == 422
    assert "cambió desde que lo abrió" in text
    assert "Proyecto Sur" in text
    assert face not in text
    contract, page = an_open_contract(api)
    face = Visitor().get(page).content.decode().partition('name="sign-face" value="')[2][:64]
    made(api.put(f"/contracts/{contract['id']}", {"body": "Otra cláusula."}))
    with untouched():
        assert Visitor().answer(page, "sign", {**WHO, "face": face}).status_code == 422
    assert Visitor().answer(page, "sign").status_code == 303


def test_nobody_settles_with_a_link_of_another_document(api: Api, alfa: TestTenant) -> None:
    """The actor of a link may do what it may to that document alone, whatever the door."""
    from billing.actions.quotes import approve_quote, delete_quote
    from leadercrm.core.actor import Actor
    from leadercrm.core.errors import Forbidden

    mine, other = (Quote.objects.get(pk=an_open_quote(api)[0]["id"]) for _number in range(2))
    contract = Contract.objects.get(pk=an_open_contract(api)[0]["id"])
    client = Actor.client(mine, ip="203.0.113.5")
    with untouched():
        for act, row in ((approve_quote, other), (delete_quote, mine), (approve_quote, contract)):
            with pytest.raises(Forbidden):
                act(row, actor=client)
    approve_quote(mine, actor=client)


def test_long_and_foreign_bodies_are_refused(api: Api) -> None:
    _quote, page = an_open_quote(api)
    Visitor().get(page)
    with untouched():
        assert Visitor().post(f"{page}/accept", {"accept-name": "x" * 600_000}).status_code == 413
        for content_type in ("application/json", "text/plain", "multipart/form-data", "nonsense; charset=\x01"):
            response = Visitor().post(f"{page}/accept", b"\xff\x00{", content_type=content_type)
            assert response.status_code in (400, 422), content_type
        assert Visitor().get(f"{page}/accept").status_code == 303


@pytest.mark.limits
def test_answers_are_limited(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadercrm.core.api import throttling

    _quote, page = an_open_quote(api)
    Visitor().get(page)
    monkeypatch.setattr(throttling, "PUBLIC_ANSWER", throttling.Limit("public-answer-test", 2, 60, fails_closed=True))
    with untouched():
        found = [Visitor().post(f"{page}/accept").status_code for _request in range(3)]
    assert found == [422, 422, 429]


def test_what_was_downloaded_before_is_what_is_kept_even_without_the_cache(
    api: Api, settings: Any, tmp_path: Path
) -> None:
    """The same content is the same bytes, in another process that draws it, too: a full cache takes nothing away."""
    from leadercrm.core.pdf.renderer import RENDERER

    _quote, page = an_open_quote(api, notes="Ñandú, ¡qué güey! €")
    before = Visitor().get(f"{page}/pdf").content
    settings.PDF_CACHE_DIR = tmp_path / "another"
    RENDERER.close()
    assert Visitor().answer(page, "accept").status_code == 303
    assert Evidence.objects.get().pdf_sha256 == sha256(before)
