"""Texts as a mail carries them: quoted-printable for bodies (RFC 2045), encoded words for headers (RFC 2047).

Bodies are made of pieces that are encoded one by one and joined by soft line breaks, so that what is the same in
each mail is encoded once. All of it is as it goes over the wire: lines end in CRLF, and dots that begin a line are
doubled (RFC 5321, 4.5.2).
"""

import re
from base64 import b64encode
from binascii import b2a_qp

# Between two pieces: a line break that is none, since it is quoted.
JOINT = b"=\r\n"
PLAIN = re.compile(r"[ !-~]*")
SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')
# What may begin like an encoded word without being one.
AMBIGUOUS = "=?"
# Bytes of UTF-8 in one encoded word: =?utf-8?b?…?= has 75 characters at most.
MOST_IN_A_WORD = 45
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
# What is quoted by itself: most names, and the addresses of links.
ITSELF = re.compile(r"(?!\.)[!-<>-~]{1,75}")
SURROGATES = re.compile(r"[\ud800-\udfff]")


def quoted(text: str) -> bytes:
    """A piece of a body in UTF-8. It begins a line; JOINT goes between it and the next one."""
    if ITSELF.fullmatch(text):
        return text.encode()
    lines = SURROGATES.sub("�", text).replace("\r\n", "\n").replace("\r", "\n").encode()
    encoded = b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
    if encoded.startswith(b"."):
        encoded = b"." + encoded
    return encoded.replace(b"\r\n.", b"\r\n..")


def one_line(text: str) -> str:
    """A header's text: one line, and nothing in it that is not seen but does something."""
    return " ".join(UNSEEN.sub(" ", text).split())


def header_text(text: str) -> bytes:
    """The value of an unstructured header: a subject."""
    text = one_line(text)
    if PLAIN.fullmatch(text) and AMBIGUOUS not in text and len(text) <= MOST_IN_A_WORD:
        return text.encode()
    return _words(text)


def display_name(text: str) -> bytes:
    """The name in front of an address, as one phrase."""
    text = one_line(text)
    if not PLAIN.fullmatch(text) or AMBIGUOUS in text or len(text) > MOST_IN_A_WORD:
        return _words(text)
    if SPECIALS.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return b'"' + escaped.encode() + b'"'
    return text.encode()


def _words(text: str) -> bytes:
    """Encoded words, a line each. None of them cuts a character in two."""
    words, word = [], b""
    for character in text:
        encoded = character.encode()
        if len(word) + len(encoded) > MOST_IN_A_WORD:
            words.append(word)
            word = b""
        word += encoded
    words.append(word)
    return b"\r\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in words)
