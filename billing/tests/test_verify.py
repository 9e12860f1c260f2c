"""/verify: whoever has a PDF or its code learns whether it was accepted, and nothing else."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.evidence import code_of, sha256
from billing.models import Evidence
from billing.tests.clients import Visitor, page_of, sent
from billing.tests.papers import a_contract, a_quote
from billing.tests.test_evidence import past_the_triggers
from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PDF_CACHE_DIR = tmp_path / "pdf"


def verified(content: bytes = b"", code: str = "", **extra: Any) -> str:
    """What the page says of a file, or of a code."""
    data: dict[str, Any] = {"code": code}
    if content:
        data["file"] = SimpleUploadedFile("x.pdf", content, content_type="application/pdf")
    with untouched():
        response = Visitor().post("/verify", data, **extra)
    assert response.status_code == 200, response.content.decode()
    return str(response.content.decode())


def test_an_accepted_quote_is_known_by_file_and_code(api: Api) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    visitor = Visitor()
    pdf = visitor.get(f"{page}/pdf").content
    assert "Desconocido" in verified(pdf)
    assert visitor.answer(page, "accept").status_code == 303
    entry = Evidence.objects.get()
    code = code_of(entry.pdf_sha256)
    for told in (verified(pdf), *(verified(code=text) for text in (code, code.lower().replace("-", " "), sha256(pdf)))):
        assert "Auténtico" in told
        assert "COT-000001" in told
        assert f"{entry.at:%Y-%m-%d %H:%M:%S} UTC" in told
        assert "M. G." in told
        for secret in ("María", "García", "maria@", "208,800", "Alfa", page):
            assert secret not in told
    assert "Desconocido" in verified(pdf + b"\n")
    assert "Desconocido" in verified(code="0" * 20)
    assert "Desconocido" in verified(code=sha256(b"x"))


def test_a_rejected_quote_is_no_accepted_one(api: Api) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    pdf = Visitor().get(f"{page}/pdf").content
    assert Visitor().answer(page, "reject", {"reason": "Caro"}).status_code == 303
    assert "Desconocido" in verified(pdf)


def test_both_papers_of_a_contract_are_known(api: Api) -> None:
    page = page_of("contracts", sent(api, "contracts", a_contract(api)))
    visitor = Visitor()
    shown = visitor.get(f"{page}/pdf").content
    assert visitor.answer(page, "sign").status_code == 303
    assert outbox.run(WorkItem.objects.get(task="billing.seal_contract").pk)
    copy = visitor.get(f"{page}/pdf").content
    assert shown != copy
    assert "tal como se mostró para su firma" in verified(shown)
    assert "copia firmada" in verified(copy)
    assert "M. G." in verified(copy)


def test_a_record_that_was_tampered_with_is_in_doubt(api: Api) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    pdf = Visitor().get(f"{page}/pdf").content
    assert Visitor().answer(page, "accept").status_code == 303
    past_the_triggers("UPDATE billing_evidence SET name = 'Eva'")
    told = verified(pdf)
    assert "En duda" in told
    assert "Auténtico" not in told


def test_a_suspended_tenant_s_evidence_is_not_told(api: Api, alfa: TestTenant) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    pdf = Visitor().get(f"{page}/pdf").content
    assert Visitor().answer(page, "accept").status_code == 303
    with unbound():
        type(alfa.row).objects.filter(pk=alfa.row.pk).update(suspended_at="2026-01-01T00:00Z")
    assert "Desconocido" in verified(pdf)


@pytest.mark.parametrize(
    "code", ["", "x", "123", "g" * 20, "0" * 19, "0" * 21, "%" * 20, "\u0661" * 20, "0" * 101, "a\0b"]
)
def test_what_is_no_code_is_refused(db: None, code: str) -> None:
    response = Visitor().post("/verify", {"code": code})
    assert response.status_code == 422
    assert "error" in response.content.decode()


def test_files_are_hashed_and_never_read(db: None) -> None:
    """Whatever it is; one that is too large is not even taken."""
    for content in (b"", b"%PDF-" + b"\xff" * 3_000_000, b"<!ENTITY x SYSTEM 'file:///etc/passwd'>"):
        response = Visitor().post("/verify", {"file": SimpleUploadedFile("\u202e../x.pdf", content or b"%")})
        assert response.status_code == 200
        assert "Desconocido" in response.content.decode()
    assert Visitor().get("/verify").status_code == 200
    large = BytesIO(b"x" * (12 * 2**20 + 1))
    large.name = "x.pdf"
    assert Visitor().post("/verify", {"file": large}).status_code == 413
    for body, content_type in ((b"x", "multipart/form-data"), (b"x", "multipart/form-data; boundary=\xff")):
        assert Visitor().post("/verify", body, content_type=content_type).status_code in (400, 422)


@pytest.mark.limits
def test_looking_up_is_limited(db: None) -> None:
    found = [Visitor().post("/verify", {"code": "0" * 20}, REMOTE_ADDR="203.0.113.90").status_code for _n in range(21)]
    assert found == [200] * 20 + [429]
