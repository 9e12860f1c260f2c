"""Mails as bytes: what the standard library reads in them is what was written, whatever people are called."""

import random
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from typing import Any

import pytest

from marketing.delivery.message import Letter, Piece, Reader, Template, Unwritable, Writing, mail_address
from marketing.delivery.quoting import header_text, quoted

HOSTILE = [
    "María José Ñáñez Güemes", "O'Brien, \"El Güero\" (Jr.)", "a@b.example", "=?utf-8?q?falso?=", "<script>x</script>",
    "José\r\nBcc: todos@evil.example", "línea\nnueva", "tab\there", "NUL\x00aquí", "😀" * 40, "日本語の名前" * 12,
    "\u202egro.live", "punto\n.\nfin", ".", "..", "=", "==20", "a" * 300, "á" * 300, " espacios  dobles ",
    "\ud800suelto", "[[first_name]]", "e\u0301 compuesta", "\\barra\\", "semi;colon: dos", "%(name)s {{ x }}", "",
    "-- ", "From aquí", "trailing \t",
]  # fmt: skip


def letter(name: str, **values: str) -> Letter:
    reader = Reader(
        {"first_name": name, **values}, "https://c.mx/t/x.gif", "https://c.mx/u/x", "https://c.mx/u/x/p", str
    )
    return Letter("eva@x.example", name, "<campaign.1.2.3.aa@c.mx>", "a", reader)


def template() -> Template:
    def name(reader: Reader) -> str:
        return reader.values["first_name"]

    html: list[Piece] = ["<p>¡Hola ", name, "!</p>\n.\n<p>", "año " * 60, name, "</p>\n..x\n", name]
    text: list[Piece] = ["Hola ", name, ":\n.\nEl año que viene   \n", name, "\n"]
    subjects: dict[str, list[Piece]] = {"a": ["Ofertas para ", name, " de abril"], "b": [name]}
    return Template(
        Writing(subjects, html, text), sender="no-reply@c.mx", sender_name="Ñandú, S.A.", reply_to="yo@c.mx"
    )


def received(content: bytes) -> Any:
    """As a mailbox has it: lines apart, doubled dots single again."""
    lines = content.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines), "a bare line break"
    assert all(line[:1] != b"." or line[:2] == b".." for line in lines), "a dot that ends the message"
    assert all(len(line) <= 998 for line in lines)
    unstuffed = b"\r\n".join(line[1:] if line.startswith(b"..") else line for line in lines)
    return message_from_bytes(unstuffed, policy=policy.default)


def body(mail: Any, kind: str) -> str:
    return str(mail.get_body((kind,)).get_content()).replace("\r\n", "\n")


def shown(text: str) -> str:
    """How a body may hold it: what cannot be encoded is replaced, line ends are one."""
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_says_what_was_written(name: str) -> None:
    mail = received(template().write(letter(name), 1_760_000_000))
    assert mail.defects == []
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    said = shown(name)
    html = body(mail, "html")
    assert html == f"<p>¡Hola {said}!</p>\n.\n<p>{'año ' * 60}{said}</p>\n..x\n{said}"
    assert body(mail, "plain") == f"Hola {said}:\n.\nEl año que viene   \n{said}\n"
    one_line = " ".join(mail["Subject"].split())
    assert one_line.startswith("Ofertas para")
    assert one_line.endswith("de abril")
    assert set(mail.keys()) == {
        "MIME-Version", "Content-Type", "From", "Precedence", "List-Unsubscribe-Post", "Reply-To", "Subject", "To",
        "Message-ID", "Date", "List-Unsubscribe",
    }  # fmt: skip
    [to] = mail["To"].addresses
    assert (to.username, to.domain) == ("eva", "x.example")
    assert mail["From"].addresses[0] == Address("Ñandú, S.A.", "no-reply", "c.mx")
    assert mail["List-Unsubscribe"] == "<https://c.mx/u/x>"


@pytest.mark.parametrize(
    "name", ["María José Ñáñez Güemes", 'O\'Brien, "El Güero"', "😀" * 40, "日本語の名前" * 12, "Ana"]
)
def test_names_and_subjects_are_read_as_written(name: str) -> None:
    content = template().write(letter(name), 0)
    mail, plainly = received(content), message_from_bytes(content)
    # Not by the newer parser: between the encoded words of a long name it leaves spaces, against RFC 2047, 6.2.
    assert str(make_header(decode_header(plainly["To"]))) == f"{name} <eva@x.example>"
    assert mail["Subject"] == f"Ofertas para {name} de abril"


def test_any_text_survives_quoting_and_any_header_its_encoding() -> None:
    chance = random.Random(3)
    letters = "aé.=\n\r \t😀ñ<>&\"'_?-"
    for _case in range(400):
        pieces = ["".join(chance.choices(letters, k=chance.randrange(120))) for _piece in range(chance.randrange(1, 6))]
        writing = Writing({"a": pieces}, pieces, pieces)
        mail = received(Template(writing, sender="a@c.mx", sender_name="A").write(letter("Eva"), 0))
        said = "".join(piece.replace("\r\n", "\n").replace("\r", "\n") for piece in pieces)
        assert body(mail, "html") == said
        lines = header_text("".join(pieces)).split(b"\r\n")
        assert all(len(line) <= 78 for line in lines)
    assert max(len(line) for line in quoted("á. " * 200).split(b"\r\n")) <= 77


GOOD = {
    "eva@x.example": "eva@x.example",
    "o'brien+ventas@sub.x.example": "o'brien+ventas@sub.x.example",
    "eva@ñandú.example": "eva@xn--and-6ma2c.example",
}
BAD = [
    "", "eva", "eva@", "@x", "e va@x.mx", "eva@x>\r\nRCPT TO:<y@z", "ñ@x.mx", "a@b@c", "<a@b>", 'eva"@x.mx',
    "eva@x.mx\n", "eva@" + "ñ" * 300, "eva@x..é",
]  # fmt: skip


@pytest.mark.parametrize(("address", "written"), [*GOOD.items(), *((bad, None) for bad in BAD)])
def test_what_goes_into_an_smtp_command_is_an_address(address: str, written: str | None) -> None:
    if written is not None:
        assert mail_address(address) == written
        return
    with pytest.raises(Unwritable):
        mail_address(address)
