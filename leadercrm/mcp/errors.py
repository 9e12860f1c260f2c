"""From a refusal to what an agent can act upon: what is wrong, what would do, whether to try again."""

import logging
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.exceptions import as_refusal, error_body, our_fault
from leadercrm.core.errors import DomainError, InsufficientScope
from leadercrm.mcp.registry import Call, Tool
from leadercrm.mcp.results import Result, failed
from leadercrm.mcp.visit import Visit

logger = logging.getLogger("leadercrm.mcp")

# Which tool gives the ids of an argument.
SOURCES = {
    "pipeline_id": "leader_get_pipeline",
    "stage_id": "leader_get_pipeline",
    "contact_id": "leader_search_contacts",
    "contact_ids": "leader_search_contacts",
    "company_id": "leader_search",
    "deal_id": "leader_list_deals",
    "quote_id": "leader_search",
    "invoice_id": "leader_list_invoices",
    "activity_id": "leader_list_activities",
    "owner_id": "leader_whoami",
    "user_id": "leader_whoami",
    "activitable_id": "leader_search",
}
RETRYABLE = (409, 429, 503)
MOST_OF_A_VALUE = 200


class UnknownArguments(DomainError):
    """Arguments that the tool does not have: ignoring them would do something else than was meant."""

    code = "unknown_argument"


def refuse_unknown(tool: Tool, arguments: dict[str, Any], known: set[str]) -> None:
    """Raise UnknownArguments for what the tool does not take, naming what may have been meant."""
    errors: dict[str, list[str]] = {}
    for name in arguments:
        if name in known:
            continue
        near = get_close_matches(name, known, n=1)
        said = _("Unknown argument; did you mean %(near)s?") if near else _("Unknown argument.")
        errors[name[:100]] = [str(said) % {"near": near[0]} if near else str(said)]
    if errors:
        hint = _("%(tool)s takes: %(arguments)s.") % {"tool": tool.name, "arguments": ", ".join(sorted(known))}
        raise UnknownArguments(_("The tool does not take these arguments."), errors=errors, hint=hint)


def as_result(error: Exception, tool: Tool, call: Call | None, arguments: dict[str, Any], visit: Visit) -> Result:
    """The result of a call that ended in `error`; what nobody foresaw is logged and tells nothing of itself."""
    refusal = as_refusal(error)
    if refusal is None:
        logger.error("tool %s failed, request %s", tool.name, visit.request_id, exc_info=error)
        refusal = our_fault()
    if isinstance(refusal, InsufficientScope):
        visit.lacks = refusal
    body = error_body(refusal, visit.request_id)
    body["retryable"] = refusal.status in RETRYABLE
    body |= getattr(refusal, "told", {})
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        body["retry_after_seconds"] = retry_after
    return failed({**body, **_about_fields(refusal, tool, call, arguments)})


def _about_fields(refusal: DomainError, tool: Tool, call: Call | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """What was received, what would have been taken and which tool tells, of the arguments at fault."""
    names = [str(name).partition(".")[0] for name in refusal.errors]
    received = {name: arguments[name] for name in names if name in arguments and _is_short(arguments[name])}
    found: dict[str, Any] = {"received": received} if received else {}
    if call is not None:
        valid = {name: tool.valid_values[name](call) for name in names if name in tool.valid_values}
        found |= {"valid_values": valid} if any(valid.values()) else {}
    sources = {name: SOURCES[name] for name in names if name in SOURCES and SOURCES[name] != tool.name}
    return found | ({"see_tool": sources} if sources else {})


def _is_short(value: Any) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and len(str(value)) <= MOST_OF_A_VALUE)
