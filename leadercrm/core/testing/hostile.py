"""What clients send that mean no good, or do not know better; and what every answer to it must be."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from leadercrm.core.testing.conformance import description
from leadercrm.core.testing.doors import Answer

STATUSES = {200, 201, 401, 403, 404, 405, 422, 429}
PATIENCE_SECONDS = 2.0
MEGABYTE = 1024 * 1024
MULTIPART = "multipart/form-data"

# JSON texts that stand where a value should.
VALUES: dict[str, bytes] = {
    "nul": rb'"a\u0000b"',
    "raw nul": b'"a\x00b"',
    "lone high surrogate": rb'"\ud800"',
    "lone low surrogate": rb'"a\udfffb"',
    "surrogates reversed": rb'"\udc00\ud800"',
    "bad utf-8": b'"\xff\xfe"',
    "overlong utf-8": b'"\xc0\xaf"',
    "surrogate in utf-8": b'"\xed\xa0\x80"',
    "newline": b'"a\nb"',
    "control characters": b'"\x01\x02\x1f\x7f"',
    "escaped control characters": rb'"\u0001\u001b[31m\u202e"',
    "only spaces": '" \u00a0\u2003\ufeff"'.encode(),
    "zero width": '"\u200b\u200d"'.encode(),
    "longest ligatures": json.dumps("\ufdfa" * 255).encode(),
    "combining": json.dumps("e" + "\u0301" * 254).encode(),
    "astral": json.dumps("\U0001f9d1\u200d\U0001f4bb" * 50).encode(),
    "sql": json.dumps("'; DROP TABLE crm_contact; --").encode(),
    "format": json.dumps("%s %(x)s {0} ${jndi:ldap://x}").encode(),
    "html": json.dumps("<script>alert(1)</script>").encode(),
    "one megabyte": b'"' + b"a" * (MEGABYTE - 4000) + b'"',
    "one megabyte of at signs": b'"' + b"a@" * (MEGABYTE // 2 - 2000) + b'"',
    "deep list": b"[" * 5000 + b"]" * 5000,
    "deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "deep below the parser's limit": b"[" * 900 + b"]" * 900,
    "unclosed": b"[" * 5000,
    "huge integer": b"9" * 400,
    "longer integer": b"9" * 5000,
    "negative huge integer": b"-" + b"9" * 30,
    "beyond 64 bits": str(2**63).encode(),
    "beyond a double": b"1e400",
    "tiny": b"1e-400",
    "large double": b"1.7e308",
    "nan": b"NaN",
    "infinity": b"Infinity",
    "negative infinity": b"-Infinity",
    "arabic digits": '"١٢٣"'.encode(),
    "full-width digits": '"１"'.encode(),
    "underscored digits": b'"1_000"',
    "spaced digits": b'" 1 "',
    "hexadecimal": b'"0x10"',
    "empty": b'""',
    "null": b"null",
    "true": b"true",
    "zero": b"0",
    "negative": b"-1",
    "fraction": b"1.5",
    "list": b"[]",
    "object": b"{}",
    "list of nulls": b"[null,null]",
    "mixed list": b'[1,"a",{},[]]',
    "many items": b"[" + b"{}," * 50_000 + b"{}]",
    "object of everything": b'{"email":{},"phone":[],"type":1,"":null}',
    "nul in a key": rb'{"a\u0000":1}',
    "surrogate in a key": rb'{"\ud800":1}',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(20_000)) + b"}",
    "email object list": rb'[{"email":"a\u0000@b.mx","phone":"\u0000"}]',
    "wrong entries": b'[{"email":5,"phone":5},{"email":null,"phone":null},[]]',
}

# Whole bodies, with their content type.
BODIES: dict[str, tuple[bytes, str]] = {
    "not json": (b"hello", "application/json"),
    "half": (b'{"first_name": "A', "application/json"),
    "trailing comma": (b'{"first_name": "A",}', "application/json"),
    "single quotes": (b"{'first_name': 'A'}", "application/json"),
    "two documents": (b'{"first_name":"A"}{"first_name":"B"}', "application/json"),
    "byte order mark": (b'\xef\xbb\xbf{"first_name":"A"}', "application/json"),
    "utf-16": ('{"first_name":"A"}'.encode("utf-16"), "application/json; charset=utf-16"),
    "latin-1": ('{"first_name":"José"}'.encode("latin-1"), "application/json; charset=latin-1"),
    "array": (b"[1,2]", "application/json"),
    "string": (b'"hello"', "application/json"),
    "number": (b"5", "application/json"),
    "null": (b"null", "application/json"),
    "nul bytes": (b"\x00" * 100, "application/json"),
    "gzip": (b"\x1f\x8b\x08\x00abc", "application/json"),
    "form": (b"first_name=A&name=B", "application/x-www-form-urlencoded"),
    "multipart": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--', MULTIPART + "; boundary=x"),
    "multipart without boundary": (b"--x", MULTIPART),
    "xml": (b"<a/>", "application/xml"),
    "plain text": (b"{}", "text/plain"),
    "absurd type": (b"{}", "\u00e9\u00e8/;;;===" + "x" * 500),
    "unknown charset": (b"hello", "application/json; charset=klingon"),
    "1.1 megabytes": (b'{"first_name":"' + b"a" * 1_150_000 + b'"}', "application/json"),
    "1.1 megabytes of form": (b"a=" + b"a" * 1_150_000, "application/x-www-form-urlencoded"),
    "many fields of form": (b"a=1&" * 5000, "application/x-www-form-urlencoded"),
    "duplicate keys": (b'{"first_name":"A","first_name":"B","name":1,"name":"B","body":"A","body":"B"}', "text/json"),
    "only spaces": (b" \n\t ", "application/json"),
}  # fmt: skip

QUERIES: dict[str, str] = {
    "nul": "search=%00&owner_id=%00&lifecycle_stage=%00",
    "nul in a word": "search=abc%00def",
    "lone surrogate": "search=%ED%A0%80",
    "bad utf-8": "search=%FF%FE&%FF=%FF",
    "bad percent": "search=%ZZ%&%",
    "ten kilobytes": "search=" + "a" * 10_000,
    "ten kilobytes elsewhere": "nothing=" + "a" * 10_000,
    "thousands of parameters": "&".join(f"a{number}=1" for number in range(3000)),
    "a parameter thousands of times": "&".join(["page=1"] * 3000),
    "arabic digits": "page=١&per_page=٢٥&owner_id=٣",
    "huge page": "page=" + "9" * 5000,
    "last page there can be": "page=1000000000000000&per_page=100",
    "negative": "page=-1&per_page=-5",
    "words": "page=first&per_page=all&owner_id=me&company_id=none",
    "brackets": "page[]=1&page[size]=2&filter[name]=x",
    "wildcards": "search=%25_%5C%25%25",
    "a thousand words": "search=" + "a+" * 90,
    "only spaces": "search=+++",
    "sql": "search=%27%3B+DROP+TABLE+crm_contact%3B--&owner_id=1+OR+1%3D1",
    "regular expression": "search=(a%2B)%2B%24",
    "semicolons": "search=a;owner_id=1",
    "astral": "search=%F0%9F%A7%91%E2%80%8D%F0%9F%92%BB",
    "ligatures": "search=" + "%EF%B7%BA" * 200,
    "huge id": "owner_id=" + "9" * 18 + "&company_id=" + "9" * 18,
    "huger id": "owner_id=" + "9" * 30,
    "class name": "lifecycle_stage=App%5CModels%5CContact",
}

HEADERS: dict[str, dict[str, str]] = {
    "no accept": {"Accept": ""},
    "html wanted": {"Accept": "text/html"},
    "absurd accept": {"Accept": ";;;q=x,\u00e9/*" + "," * 500},
    "absurd language": {"Accept-Language": "x" * 5000 + ",*;q=nan,\u00e9," + "en;q=9" * 200},
    "language with a path": {"Accept-Language": "../../etc/passwd"},
    "method override": {"X-HTTP-Method-Override": "DELETE"},
    "forwarded by itself": {"X-Forwarded-For": "1.2.3.4, ::1, junk\u00e9", "X-Forwarded-Host": "evil.example"},
    "another tenant": {"X-Tenant": "2", "X-Tenant-Id": "2", "X-Schema": "public"},
    "absurd cookie": {"Cookie": "a" * 5000 + "=;;==\u00e9; sessionid=x"},
    "absurd length": {"Content-Length": "abc"},
    "range": {"Range": "bytes=0-1", "If-None-Match": "*", "If-Modified-Since": "never"},
    "absurd request id": {"X-Request-Id": "\u00e9" * 500},
    "upgrade": {"Upgrade": "websocket", "Connection": "Upgrade", "Expect": "100-continue"},
}

CREDENTIALS = (
    "", " ", "Bearer", "Bearer ", "Bearer 1", "Bearer |", "Bearer 1|", "Bearer |abc", "Basic YWRtaW46YWRtaW4=",
    "Token 1|abc", "Bearer 1|" + "a" * 42, "Bearer 0|" + "a" * 42, "Bearer -1|" + "a" * 42,
    "Bearer " + "9" * 18 + "|" + "a" * 42, "Bearer " + "9" * 400 + "|" + "a" * 42, "Bearer 1|" + "a" * 65,
    "Bearer 1|" + "a" * 10_000, "Bearer \u0661|" + "a" * 42, "Bearer 1|" + "\u00e9" * 42, "Bearer 1|" + "\x00" * 42,
    "Bearer 1|" + "a" * 41 + "'", "Bearer 1||" + "a" * 42, "bearer  1|  " + "a" * 42, "Bearer null", "Bearer undefined",
)  # fmt: skip

FILES = {"application/pdf", "text/csv; charset=utf-8", "image/svg+xml"}
IDEMPOTENCY_KEYS = ("", " ", "a b", "\u00e9", "\x00", "a\tb", "a" * 256, "a" * 100_000, "\U0001f600")


@contextmanager
def rolled_back() -> Iterator[None]:
    """What happens inside has not happened. It counts as the test's own transaction, in which tenants may be bound."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def _timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    started = time.perf_counter()
    with rolled_back():
        answer = call()
    return answer, time.perf_counter() - started


def civil(what: Any, call: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """The answer of `call`: of the contract's statuses, soon, and JSON unless it is a file. Its effect is undone."""
    description()  # its building is no part of an answer
    # What a busy machine kept waiting is fast the next time; what is slow is slow each time.
    for _try in range(3):
        answer, taken = _timed(lambda: call(*args, **kwargs))
        if taken < PATIENCE_SECONDS:
            break
    assert taken < PATIENCE_SECONDS, (what, taken)
    if answer.status == 304:
        return answer
    assert answer.status in STATUSES, (what, answer)
    kinds = {"application/json", *FILES} if answer.status == 200 else {"application/json"}
    assert answer.headers["Content-Type"] in kinds, (what, answer)
    assert answer.headers["X-Request-Id"], what
    if answer.status >= 400 and answer.json is not None:
        assert isinstance(answer.json["message"], str), (what, answer)
        assert answer.json["message"], (what, answer)
        assert answer.json["code"], (what, answer)
        assert answer.json["request_id"] == answer.headers["X-Request-Id"], (what, answer)
        assert isinstance(answer.json.get("errors", {}), dict), (what, answer)
    return answer
