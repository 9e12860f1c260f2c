"""What every operation may answer besides its success: the contract's errors, headers, envelopes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.fields import Field

from leadercrm.core.api.exceptions import error_body, our_fault
from leadercrm.core.api.shapes import (
    BOOLEAN,
    FREE_OBJECT,
    INTEGER,
    MOMENT,
    TEXT,
    URL,
    Shape,
    component,
    explained,
    list_of,
    nullable,
    one_of,
    record,
)
from leadercrm.core.errors import (
    ChangedMeanwhile,
    DomainError,
    Forbidden,
    InFlight,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

REQUEST_ID = "9f8c1f0a6b2e4d57"
NOT_MODIFIED = {"description": _("What you have is what there is."), "headers": {}}
NAMES = {
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "InFlight",
    412: "ChangedMeanwhile",
    422: "Invalid",
    429: "TooManyRequests",
    500: "ServerError",
    503: "Unavailable",
}
EVERYWHERE = (429, 500, 503)
ERROR = record(
    {
        "success?": explained(BOOLEAN, _("false; only where a form is submitted.")),
        "message": explained(TEXT, _("What is wrong, for people.")),
        "errors?": explained(
            {"type": "object", "additionalProperties": list_of(TEXT)},
            _("Messages for each field that is refused; fields of lists as `items.0.quantity`."),
        ),
        "code": explained(TEXT, _("What is wrong, for programs: it never changes its name.")),
        "hint?": explained(TEXT, _("What to do next.")),
        "request_id": explained(TEXT, _("Name it when you ask for help; the header X-Request-Id has it, too.")),
    },
    "Error",
)
EFFECT = record(
    {
        "effect": explained(one_of(("change", "work")), _("A row that is written, or work that follows: a mail, say.")),
        "action": explained(TEXT, _("The audit's word for it, or the work's name.")),
        "type": explained(nullable(TEXT), _("What it is done to: quote, deal …")),
        "id": explained(nullable(INTEGER), _("Its id. What is made gets another one when it is really made.")),
        "changes": explained(FREE_OBJECT, _("Old and new values by column.")),
    },
    "Effect",
)
TRIED: dict[str, Shape] = {
    "dry_run": explained({"type": "boolean", "const": True}, _("There if this was a trial: nothing was written.")),
    "effects": explained(
        list_of(component("Effect")), _("There with dry_run: all that would have been done, in order.")
    ),
}
HELD = record(
    {
        "data": record(
            {
                "message": TEXT,
                "approval_id": INTEGER,
                "status": TEXT,
                "expires_at": MOMENT,
                "poll": explained(TEXT, _("Where to ask what became of it.")),
            }
        )
    },
    "Held",
)
LINK = nullable(URL)
SCHEMAS: tuple[Shape, ...] = (
    ERROR,
    HELD,
    EFFECT,
    record({"first": URL, "last": URL, "prev": LINK, "next": LINK}, "PageLinks"),
    record(
        {
            "current_page": INTEGER,
            "from": explained(nullable(INTEGER), _("Place of the first row in the list; null on an empty page.")),
            "last_page": INTEGER,
            "path": URL,
            "per_page": INTEGER,
            "to": explained(nullable(INTEGER), _("Place of the last row in the list; null on an empty page.")),
            "total": explained(INTEGER, _("Rows on all pages; exact.")),
        },
        "PageMeta",
    ),
)
HEADERS: dict[str, dict[str, Any]] = {
    "X-RateLimit-Limit": {"schema": INTEGER, "description": _("Requests that this credential has in a period.")},
    "X-RateLimit-Remaining": {"schema": INTEGER, "description": _("Requests that are left of them.")},
    "X-RateLimit-Reset": {"schema": INTEGER, "description": _("When the period ends, in Unix time.")},
    "X-Request-Id": {"schema": TEXT, "description": _("Names this request in our logs."), "required": True},
    "Retry-After": {"schema": INTEGER, "description": _("Seconds to wait before the next try."), "required": True},
    "WWW-Authenticate": {"schema": TEXT, "description": _("Always: Bearer"), "required": True},
    "ETag": {"schema": TEXT, "description": _("The row's version, for If-None-Match and If-Match.")},
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": _("There if this is the answer that the Idempotency-Key's first request got."),
    },
}
ALWAYS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id")
DESCRIPTIONS = {
    401: _("No credential, or one that is not in force."),
    403: _("The role of the user, or the token, does not allow this."),
    404: _("There is no such row, or none that the caller may see."),
    409: _("The same Idempotency-Key is being carried out right now."),
    412: _("The row is not in the version any more that If-Match names; nothing was changed."),
    422: _("Something in the request is refused; `errors` says what."),
    429: _("Too many requests."),
    500: _("A mistake of ours."),
    503: _("Something that the request needs is busy; nothing was changed."),
}


def header_refs(*names: str) -> dict[str, Shape]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS, *names)}


def with_trial(shape: Shape) -> Shape:
    """The answer to a write, which may have been a trial's. It is no component then: it is this operation's own."""
    bare = {key: value for key, value in shape.items() if key != "title"}
    return {**bare, "properties": {**shape["properties"], **TRIED}}


def error_refs(statuses: set[int]) -> dict[str, Shape]:
    """References to the error answers of these statuses, in order."""
    return {
        str(status): {"$ref": f"#/components/responses/{NAMES[status]}"} if status in NAMES else NOT_MODIFIED
        for status in sorted(statuses)
    }


def held_ref() -> dict[str, Shape]:
    """What an agent's write is answered by that a person has to approve first."""
    return {"202": {"$ref": "#/components/responses/Held"}}


def held_response() -> dict[str, Any]:
    """The component that `held_ref` refers to."""
    description = _("The rules of the agent's token want a person's approval: it is carried out when that is given.")
    content = {"application/json": {"schema": component("Held")}}
    return {"Held": {"description": description, "headers": header_refs(), "content": content}}


def error_responses() -> dict[str, Any]:
    """The components that `error_refs` refer to, each with a real example in the language at hand."""
    extra = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
    return {
        name: {
            "description": DESCRIPTIONS[status],
            "headers": header_refs(*extra.get(status, ())),
            "content": {
                "application/json": {
                    "schema": component("Error"),
                    "example": error_body(_refusal(status), REQUEST_ID),
                }
            },
        }
        for status, name in NAMES.items()
    }


def _refusal(status: int) -> DomainError:
    """A refusal as actions and serializers raise it."""
    required = Field.default_error_messages["required"]
    known: dict[int, DomainError] = {
        401: Unauthenticated(),
        403: Forbidden(_("Your role does not allow this.")),
        404: NotFound(),
        409: InFlight(_("The same request is being carried out.")),
        412: ChangedMeanwhile(),
        422: DomainError(required, field="name"),
        429: TooManyRequests(31),
        500: our_fault(),
        503: Unavailable(),
    }
    return known[status]
