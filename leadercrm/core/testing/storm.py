"""The isolation storm: many tenants, many threads, and an eye on every body for somebody else's rows.

Each row's text carries its tenant's sentinel and each id lies in its tenant's range, so that a leak
shows in any answer, whatever it was asked.
"""

import itertools
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from leadercrm.core.testing.processes import HttpAnswer, raw_connection
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, make_tenant
from leadercrm.tenancy import credentials
from leadercrm.tenancy.backend.base import DatabaseWrapper

RANGE = 10**9
SENTINEL = re.compile(rb"(?i)centinela-(\d\d)")
LONG_NUMBER = re.compile(rb"(?<![\w.-])\d{10,12}(?![\w.])")
# What agents are told that they have sent themselves.
RECEIVED = re.compile(rb'\\?"received\\?":\{[^}]*\}')
REQUEST_ID = re.compile(rb'"request_id":"\w*"')


class Door(Protocol):
    """Whatever carries a request to the API: a wire, or the WSGI application itself."""

    def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> HttpAnswer: ...


@dataclass
class Victim:
    """One tenant of the storm, and what is known to be in it."""

    number: int
    tenant: TestTenant
    contacts: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)

    @property
    def sentinel(self) -> str:
        return f"centinela-{self.number:02d}"

    def token(self, chance: random.Random) -> str:
        return self.tenant.tokens[chance.choice(("admin", "manager"))]


def make_victims(number: int) -> list[Victim]:
    """Tenants whose sequences start in a range of their own: every id names its owner."""
    victims = []
    for n in range(1, number + 1):
        victim = Victim(n, make_tenant(f"centinela-{n:02d}"))
        with raw_connection() as raw:
            raw.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
                "  FROM pg_sequences WHERE schemaname = %s",
                [n * RANGE, victim.tenant.row.schema_name],
            )
        victims.append(victim)
    return victims


def foreign(victim: Victim, body: bytes) -> list[bytes]:
    """What of other tenants is in a body that this tenant was sent."""
    body = RECEIVED.sub(b"", REQUEST_ID.sub(b"", body))
    texts = [found[0] for found in SENTINEL.finditer(body) if int(found[1]) != victim.number]
    return texts + [found[0] for found in LONG_NUMBER.finditer(body) if int(found[0]) // RANGE != victim.number]


@dataclass(frozen=True)
class Step:
    """One request and the answers that it may have."""

    name: str
    method: str
    path: str
    statuses: Sequence[int]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    learn: str = ""


Maker = Callable[[Victim, Victim, random.Random], Step]
KEYS = itertools.count()


def _list(victim: Victim, other: Victim, chance: random.Random) -> Step:
    path = chance.choice(("/contacts", "/contacts?search=centinela&per_page=50", "/companies", "/contacts?page=2"))
    return Step("list", "GET", path, (200,))


def _detail(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return Step("detail", "GET", f"/contacts/{chance.choice(victim.contacts)}{chance.choice(('', '/notes'))}", (200,))


def _create(victim: Victim, other: Victim, chance: random.Random) -> Step:
    text = victim.sentinel
    path, body, learn = chance.choice(
        (
            ("/contacts", {"first_name": text, "company_id": chance.choice(victim.companies)}, "contacts"),
            ("/contacts", {"first_name": text, "custom_fields": {"mark": text}}, "contacts"),
            ("/companies", {"name": text, "industry": text}, "companies"),
            (f"/contacts/{chance.choice(victim.contacts)}/notes", {"body": text}, ""),
        )
    )
    headers = {"Idempotency-Key": f"storm-{next(KEYS)}"} if chance.random() < 0.5 else {}
    return Step("create", "POST", path, (201,), body, headers, learn)


def _change(victim: Victim, other: Victim, chance: random.Random) -> Step:
    body = {"job_title": f"{victim.sentinel} {chance.random()}"}
    return Step("change", "PUT", f"/contacts/{chance.choice(victim.contacts)}", (200,), body)


def _roll_back(victim: Victim, other: Victim, chance: random.Random) -> Step:
    """Refused in the transaction that its key has opened, or under a key that has another body's answer."""
    if chance.random() < 0.5:
        body = {"first_name": f"{victim.sentinel} {chance.random()}"}
        return Step("reused key", "POST", "/contacts", (201, 409, 422), body, {"Idempotency-Key": "the-same"})
    elsewhere = {"first_name": victim.sentinel, "owner_id": other.tenant.users["admin"]}
    return Step("rollback", "POST", "/contacts", (422,), elsewhere, {"Idempotency-Key": f"storm-{next(KEYS)}"})


def _reach_over(victim: Victim, other: Victim, chance: random.Random) -> Step:
    path = f"/contacts/{chance.choice(other.contacts)}"
    body = {"first_name": victim.sentinel}
    method, path, statuses = chance.choice(
        (("GET", path, (404,)), ("PUT", path, (404,)), ("DELETE", path, (404,)), ("POST", path + "/notes", (404, 422)))
    )
    return Step("foreign id", method, path, statuses, None if method in ("GET", "DELETE") else body)


def _mistake(victim: Victim, other: Victim, chance: random.Random) -> Step:
    method, path, status, body = chance.choice(
        (
            ("POST", "/contacts", 422, b'{"first_name": '),
            ("POST", "/companies", 422, {"name": None}),
            ("GET", "/nowhere", 404, None),
            ("GET", "/contacts?per_page=x", 422, None),
        )
    )
    return Step("error", method, path, (status,), body)


def _log_in(victim: Victim, other: Victim, chance: random.Random) -> Step:
    right = chance.random() < 0.7
    body = {"email": f"admin@{victim.sentinel}.example.com", "password": PASSWORD if right else "otra-cosa-9"}
    return Step("login", "POST", "/auth/login", (200,) if right else (401,), body)


def _guess(victim: Victim, other: Victim, chance: random.Random) -> Step:
    """Another tenant's token with a wrong secret: it is looked up, and must leave no trace on the connection."""
    number = other.tenant.tokens["admin"].partition("|")[0]
    return Step("guess", "GET", "/contacts", (401,), None, {"token": f"{number}|{'x' * 42}"})


MIX: dict[Maker, int] = {
    _list: 30,
    _detail: 20,
    _create: 18,
    _change: 8,
    _roll_back: 8,
    _reach_over: 6,
    _mistake: 5,
    _guess: 4,
    _log_in: 1,
}


@dataclass
class Storm:
    """Requests of all kinds for all tenants at once; what was seen that should not have been.

    `hiccups` are answers that a fault in progress excuses, `place` is where the addresses of the `mix` begin.
    """

    victims: list[Victim]
    open_door: Callable[[], Door]
    hiccups: tuple[int, ...] = ()
    threads: int = 16
    mix: Mapping[Maker, int] = field(default_factory=lambda: MIX)
    place: str = "/api/v1"
    leaks: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    own: int = 0
    _here: threading.local = field(default_factory=threading.local)

    def sow(self) -> None:
        """Give each tenant its first rows."""
        door = self.open_door()
        for victim in self.victims:
            for kind, body in (("companies", {"name": victim.sentinel}), ("contacts", {"first_name": victim.sentinel})):
                for _ in range(3):
                    answer = door.call("POST", f"/api/v1/{kind}", body, token=victim.tenant.tokens["admin"])
                    getattr(victim, kind).append(answer.json["data"]["id"])

    def rage(self, requests: int, seed: int = 1) -> None:
        """Send that many requests from all threads."""
        makers = random.Random(seed).choices(list(self.mix), list(self.mix.values()), k=requests)
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(self._request, makers, range(requests)))

    def _request(self, maker: Maker, number: int) -> None:
        chance = random.Random(number)
        victim, other = chance.sample(self.victims, 2)
        step = maker(victim, other, chance)
        headers = {"token": victim.token(chance), **step.headers}
        if step.name == "login":
            del headers["token"]
        answer = self._door().call(step.method, f"{self.place}{step.path}", step.body, **headers)
        self._judge(victim, step, answer)

    def _door(self) -> Door:
        if not hasattr(self._here, "door"):
            self._here.door = self.open_door()
        door: Door = self._here.door
        return door

    def _judge(self, victim: Victim, step: Step, answer: HttpAnswer) -> None:
        self.statuses[f"{step.name} {answer.status}"] += 1
        if strange := foreign(victim, answer.body):
            self.leaks.append(f"{step} for tenant {victim.number}: {strange[:3]!r}")
        if answer.status not in (*step.statuses, *self.hiccups):
            self.surprises.append(f"{step}: {answer.status} {answer.body[:200]!r}")
        self.own += victim.sentinel.encode() in answer.body.lower()
        if step.learn and answer.status == 201:
            getattr(victim, step.learn).append(answer.json["data"]["id"])


def keep_first_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: let a connection stay with the tenant that it was bound to first."""
    start, end = credentials.RESOLVE.index("set_config("), credentials.RESOLVE.index("FROM public")
    monkeypatch.setattr(credentials, "RESOLVE", f"{credentials.RESOLVE[:start]} '' {credentials.RESOLVE[end:]}")
    monkeypatch.setattr(DatabaseWrapper, "announce_search_path", lambda self, schema: None)
    set_path = DatabaseWrapper._handle_search_path

    def set_path_once(self: Any, cursor: Any = None) -> None:
        if not getattr(self, "kept", False):
            set_path(self, cursor)
            self.kept = self.schema_name != "public"

    monkeypatch.setattr(DatabaseWrapper, "_handle_search_path", set_path_once)
