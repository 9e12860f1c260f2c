"""What is measured: one request each, and what it should reach (issue targets stand in RESULTS.md too)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.data import PASSWORD, Dataset
from benchmarks.load import FRESH, http_request
from benchmarks.names import RARE_SURNAME

Request = Callable[[Dataset, int], str]
READ_STATEMENTS = 4
DETAIL_STATEMENTS = 3
# Places of stages in the pipeline.
PROPOSAL, MOVED_INTO = 2, (1, 3)
PARTS = 5


@dataclass(frozen=True)
class Target:
    """What a case should reach: a part of the floor's req/s, a most of statements, a median at one connection."""

    ratio: float | None = None
    statements: int | None = None
    p50_ms: float | None = None


@dataclass(frozen=True)
class Case:
    """One request, repeated. `request` gets the data and the number of the run.

    `first`: where its fresh numbers begin, for those that are ids of existing rows. `most`: so many
    requests per run, at one connection only. `beside`: another case that one client repeats all the while.
    `floor`: what the floor is asked instead of its list; it answers that with `expect`.
    """

    name: str
    request: Request
    target: Target = Target()
    expect: int = 200
    first: Callable[[Dataset, int], int] = lambda data, run: run * 100_000
    most: int = 0
    beside: "Case | None" = None
    floor: Request | None = None


def get(path: str) -> Request:
    """A GET; the path may hold fields of the Dataset in braces."""
    return lambda data, run: http_request(
        "GET", f"/api/v1{path.format(data=data, rare=RARE_SURNAME.lower()[:6])}", data.token
    )


def get_publicly(path: str) -> Request:
    """A GET without a credential, outside /api/v1."""
    return lambda data, run: http_request("GET", path)


def send(method: str, path: str, body: dict[str, Any], *headers: str, authorised: bool = True) -> Request:
    """A request with a JSON body; `{run}` and `{data.email}` are filled in."""

    def build(data: Dataset, run: int) -> str:
        text = json.dumps(body).replace("{run}", f"{run:05d}").replace("{email}", data.email)
        lines = tuple(header.replace("{run}", f"{run:05d}") for header in headers)
        return http_request(method, f"/api/v1{path}", data.token if authorised else "", text, lines)

    return build


def move_stage(data: Dataset, run: int) -> str:
    """A move of the next deal into a stage where hardly one of them stands: each is a real one.

    A run has a fifth of the deals to itself. When it is that fifth's turn again, they go into the other stage.
    """
    stage_id = data.stage_ids[MOVED_INTO[run // PARTS % 2]]
    return http_request("POST", f"/api/v1/deals/{FRESH}/move-stage", data.token, json.dumps({"stage_id": stage_id}))


def first_to_move(data: Dataset, run: int) -> int:
    return data.first_deal_id + run % PARTS * (data.size.rows.deals // PARTS)


def ask_agent(method: str, **params: Any) -> Request:
    """A message to the agents' door, of the era with a handshake: the envelope is the smallest there."""
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    version = ("Mcp-Protocol-Version: 2025-11-25",)
    return lambda data, run: http_request("POST", "/mcp", data.token, message, version)


def create_invoice(data: Dataset, run: int) -> str:
    """An invoice of three lines for one contact."""
    lines = [{"description": f"Servicio {n}", "quantity": n, "unit_price": 1499.99} for n in (1, 2, 3)]
    return http_request(
        "POST", "/api/v1/invoices", data.token, json.dumps({"contact_id": data.contact_id, "items": lines})
    )


def submit_form(path: str) -> Request:
    """What somebody new sends by a form, without a credential; `{key}` in the path is the form's."""
    sent = json.dumps(SENT_BY_FORM)
    return lambda data, run: http_request("POST", path.format(key=data.form_key), body=sent)


SENT_BY_FORM = {
    "first_name": "Visita",
    "last_name": f"Persona {FRESH}",
    "email": f"visita{FRESH}@ejemplo.com.mx",
    "message": "Me interesa conocer sus servicios.",
}
NEW_CONTACT = {
    "first_name": "Nueva",
    "last_name": f"Persona {FRESH}",
    "emails": [{"email": f"nueva{FRESH}@ejemplo.com.mx", "type": "work"}],
    "phones": [{"phone": FRESH, "type": "mobile"}],
    "city": "Puebla",
    "country": "México",
}
ACCOUNT = {
    "name": "Nueva Cuenta",
    "email": f"cuenta{FRESH}@ejemplo.com.mx",
    "password": PASSWORD,
    "password_confirmation": PASSWORD,
    "tenant_name": "Cuenta Nueva",
}
LIST = Target(ratio=0.5, statements=READ_STATEMENTS)
SEARCH = Target(ratio=0.3, statements=READ_STATEMENTS)
DETAIL = Target(ratio=0.5, statements=DETAIL_STATEMENTS)
POSTAL_CODE = Target(ratio=0.5, statements=1)
CREATE = Target(ratio=0.15)
CREATE_INVOICE = Target(ratio=0.1)
PDF_CACHED = Target(ratio=0.3)
MOVE = Target(ratio=0.15)

# Three conditions, one of them over another table, and one that no count before it had.
CONDITIONS = [
    {"field": "lifecycle_stage", "operator": "=", "value": "customer"},
    {"field": "has_open_deal", "operator": "=", "value": True},
    {"field": "first_name", "operator": "!=", "value": FRESH},
]
GARCIA = {"search": "garcia", "limit": 10}
create = Case("Create", send("POST", "/contacts", NEW_CONTACT), CREATE, expect=201)
CASES = (
    Case("List, page 1", get("/contacts"), LIST),
    Case("List of an owner", get("/contacts?owner_id={data.owner_id}"), LIST),
    Case("Search, common (garcia)", get("/contacts?search=garcia"), SEARCH),
    Case("Search, rare (xicote)", get("/contacts?search={rare}"), SEARCH),
    Case("Search, one letter (x)", get("/contacts?search=x"), Target(statements=READ_STATEMENTS)),
    Case("Detail", get("/contacts/{data.contact_id}"), DETAIL),
    Case("Companies, page 1", get("/companies"), LIST),
    Case("Deals of an owner", get("/deals?owner_id={data.owner_id}"), LIST),
    Case("Deals of a stage", get(f"/deals?stage_id={{data.stage_ids[{PROPOSAL}]}}"), LIST),
    Case("Activities, pending", get("/activities?status=pending"), LIST),
    Case("Invoices, page 1", get("/invoices"), LIST),
    Case("Invoices, overdue", get("/invoices?status=overdue"), LIST),
    Case("Invoices, search (garcia)", get("/invoices?search=garcia"), Target(statements=READ_STATEMENTS)),
    Case(
        "Segment, count of three conditions",
        send("POST", "/segments/preview", {"conditions": CONDITIONS}),
        Target(p50_ms=150),
    ),
    # Beside "Ten of a search": what the tool gives of it costs at most 1.3 times as much; its list no more than a page.
    Case("Ten of a search", get("/contacts?search=garcia&per_page=10")),
    Case("Tool call, ten of a search", ask_agent("tools/call", name="leader_search_contacts", arguments=GARCIA)),
    Case("Tools, their list", ask_agent("tools/list")),
    Case("Dashboard", get("/dashboard/stats"), Target(p50_ms=60)),
    Case("Postal code", get_publicly("/api/copomex/64000"), POSTAL_CODE),
    create,
    Case(
        "Create, Idempotency-Key",
        send("POST", "/contacts", NEW_CONTACT, f"Idempotency-Key: {{run}}-{FRESH}"),
        expect=201,
    ),
    Case(
        "Change (PUT)",
        send("PUT", f"/contacts/{FRESH}", {"job_title": f"Puesto {{run}} {FRESH}"}),
        first=lambda data, run: data.contact_id,
    ),
    Case(
        "Submit a form (floor: one insert)",
        submit_form("/api/forms/{key}/submit"),
        expect=201,
        floor=submit_form("/{key}"),
    ),
    Case("Create an invoice", create_invoice, CREATE_INVOICE, expect=201),
    Case("PDF, cached", get("/invoices/{data.first_invoice_id}/pdf"), PDF_CACHED),
    Case(
        "PDF, cold",
        lambda data, run: http_request("GET", f"/api/v1/invoices/{FRESH}/pdf", data.token),
        first=lambda data, run: data.first_invoice_id + 1 + run * 100,
        most=40,
    ),
    Case("Move of a deal", move_stage, MOVE, first=first_to_move),
    Case(
        "Registration",
        send("POST", "/auth/register", ACCOUNT, authorised=False),
        Target(p50_ms=60),
        expect=201,
        most=20,
    ),
    Case(
        "Login",
        send("POST", "/auth/login", {"email": "{email}", "password": PASSWORD}, authorised=False),
    ),
    Case("Deepest page of 25", get("/contacts?page={data.deepest_page}"), Target(statements=READ_STATEMENTS)),
    Case("List, page 1, beside creates", get("/contacts"), beside=create),
    Case("List of an owner, beside creates", get("/contacts?owner_id={data.owner_id}"), beside=create),
)
