"""Links of documents: who gets them, what opens, and that nothing else does."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outgoing
from pypdf import PdfReader

from billing.links import public_path
from billing.models import Quote
from billing.tests.clients import Visitor, page_of, sent
from billing.tests.papers import a_contract, a_quote, an_invoice, made
from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, same_next_ids, unbound, visiting
from leadercrm.tenancy.sealed import unseal

MAKE = {"quotes": a_quote, "invoices": an_invoice, "contracts": a_contract}


@pytest.mark.parametrize("kind", MAKE)
def test_staff_get_a_link_and_renew_it(api: Api, sales: Api, viewer: Api, settings: Any, kind: str) -> None:
    settings.PUBLIC_URL = "https://crm.example"
    place = f"/{kind}/{sent(api, kind, MAKE[kind](api))['id']}/link"
    with untouched():
        first = made(api.post(place))
        assert first == made(api.post(place, {"renew": False}))
        assert (sales.post(place).status, viewer.post(place).status) == (403, 403)
        assert set(api.post(place, {"renew": "x"}).errors) == {"renew"}
    assert (first["url"], first["viewed_at"]) == (f"https://crm.example{first['path']}", None)
    assert Visitor().get(first["path"]).status_code == 200
    settings.PUBLIC_URL = ""
    second = made(api.post(place, {"renew": True}))
    assert second["viewed_at"] is not None
    assert second["url"] is None
    assert Visitor().get(second["path"]).status_code == 200
    with untouched():
        assert Visitor().get(first["path"]).status_code == 404
        assert Visitor().get(f"{first['path']}/pdf").status_code == 404


def test_a_link_tells_nothing_and_cannot_be_made_up(api: Api, alfa: TestTenant) -> None:
    quotes = [sent(api, "quotes", a_quote(api)) for _number in range(2)]
    tokens = [page_of("quotes", quote).removeprefix("/p/") for quote in quotes]
    left, right = (urlsafe_b64decode(f"{token}=") for token in tokens)
    # Two rows of one tenant that follow each other: no byte of the one says anything of the other.
    assert sum(a == b for a, b in zip(left, right, strict=True)) < 8
    forged = {tokens[0][:-1], tokens[0] + "A", tokens[0].swapcase(), "", "x", "A" * 43, secrets.token_urlsafe(32)}
    for place in range(0, 32, 5):
        changed = bytearray(left)
        changed[place] ^= 1
        forged.add(urlsafe_b64encode(bytes(changed)).decode().rstrip("="))
    # The last character has bits to spare: another spelling of the same bytes is no link.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    forged.add(tokens[0][:-1] + alphabet[alphabet.index(tokens[0][-1]) ^ 1])
    visitor = Visitor()
    with untouched():
        for token in forged:
            for path in (f"/p/{token}", f"/p/{token}/pdf"):
                assert visitor.get(path).status_code == 404, path
            assert visitor.post(f"/p/{token}/accept").status_code == 404
        for path in ("/p/%00", "/p/%F0%9F%92%A3", "/p/a%2Fb", f"/p/{tokens[0]}%0A", "/p/theme/zzzzzz.css"):
            assert visitor.get(path).status_code == 404, path


def test_links_do_not_open_another_tenant_s_documents(
    api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant
) -> None:
    same_next_ids(("crm_contact", "billing_quote"), alfa, beta)
    own = sent(api, "quotes", a_quote(api, title="De Alfa"))
    other = sent(stranger, "quotes", a_quote(stranger, title="De Beta"))
    assert own["id"] == other["id"]
    with visiting(beta):
        theirs = page_of("quotes", other)
    mine = page_of("quotes", own)
    assert mine != theirs
    for page, there, absent in ((mine, "De Alfa", "De Beta"), (theirs, "De Beta", "De Alfa")):
        text = Visitor().get(page).content.decode()
        assert there in text
        assert absent not in text
    # The tenant of a token is under its seal, too.
    [sealed] = unseal(mine.removeprefix("/p/"))
    assert (sealed.tenant_id, sealed.subject_id) == (alfa.row.pk, own["id"])
    with visiting(beta):
        assert not sealed.__class__(1, beta.row.pk, own["id"], sealed.mac, sealed.key).is_of(1)


def test_a_suspended_tenant_s_links_open_nothing(api: Api, alfa: TestTenant) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    with unbound():
        type(alfa.row).objects.filter(pk=alfa.row.pk).update(suspended_at="2026-01-01T00:00Z")
    with untouched():
        assert Visitor().get(page).status_code == 404


def test_links_outlive_a_change_of_the_server_s_key(api: Api, settings: Any) -> None:
    quote = sent(api, "quotes", a_quote(api))
    page, former = page_of("quotes", quote), settings.SECRET_KEY
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough"
    assert Visitor().get(page).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Visitor().get(page).status_code == 200
    assert public_path(Quote.objects.get(pk=quote["id"])) != page


def test_mails_and_papers_carry_the_link(api: Api, settings: Any, tmp_path: Path) -> None:
    """Where the server knows its own name: in both parts of the mail, and behind the QR code of its PDF."""
    settings.PUBLIC_URL, settings.PDF_CACHE_DIR = "https://crm.example", tmp_path / "pdf"
    quote = sent(api, "quotes", a_quote(api))
    link = f"https://crm.example{page_of('quotes', quote)}"
    outgoing.outbox.clear()
    assert outbox.run(WorkItem.objects.get(task="billing.send_quote").pk)
    mail: Any = outgoing.outbox[0]
    assert link in mail.body
    assert f'href="{link}"' in mail.alternatives[0][0]
    pdf = PdfReader(BytesIO(mail.attachments[0][1]))
    notes: Any = pdf.pages[0]["/Annots"]
    links = [note.get_object().get("/A", {}).get("/URI") for note in notes]
    assert set(links) == {link}
    settings.PUBLIC_URL = ""
    quote = sent(api, "quotes", a_quote(api))
    assert outbox.run(WorkItem.objects.filter(task="billing.send_quote").latest("pk").pk)
    assert "/p/" not in outgoing.outbox[1].body
