"""Resources: records by address, for clients that attach them to a conversation. Tools read them."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.mcp.calling import call_tool
from leadercrm.mcp.registry import TOOLS
from leadercrm.mcp.results import Result
from leadercrm.mcp.visit import Visit

FIXED = {
    "leader://me": (_("Who one acts for"), "leader_whoami"),
    "leader://pipelines": (_("Pipelines and their stages"), "leader_get_pipeline"),
    "leader://figures": (_("Figures of sales"), "leader_get_dashboard_stats"),
}
# By the address, the type that leader_get_record knows.
KINDS = {
    "contacts": ("contact", _("A contact with notes, deals and documents")),
    "companies": ("company", _("A company with deals and invoices")),
    "deals": ("deal", _("A deal with its stages")),
    "quotes": ("quote", _("A quote with its lines")),
    "invoices": ("invoice", _("An invoice with its lines and payments")),
    "contracts": ("contract", _("A contract")),
}
INCLUDED = {
    "contact": ["notes", "deals", "quotes", "invoices", "activities"],
    "company": ["deals", "invoices", "activities"],
    "deal": ["quotes", "activities", "stage_history"],
}
RECORD = re.compile(r"leader://([a-z]+)/([0-9]{1,18})")


def listed() -> list[dict[str, Any]]:
    """Those whose address has no variable."""
    return [
        {"uri": uri, "name": uri.removeprefix("leader://"), "title": str(title), "mimeType": "application/json"}
        for uri, (title, _tool) in FIXED.items()
    ]


def templates() -> list[dict[str, Any]]:
    """Those by id."""
    return [
        {
            "uriTemplate": f"leader://{path}/{{id}}",
            "name": kind,
            "title": str(title),
            "mimeType": "application/json",
        }
        for path, (kind, title) in KINDS.items()
    ]


def read(uri: str, visit: Visit) -> Result | None:
    """What the tool gives that reads it; None for an address that is none of ours."""
    if uri in FIXED:
        return call_tool(TOOLS[FIXED[uri][1]], visit, {})
    found = RECORD.fullmatch(uri)
    if found is None or found[1] not in KINDS:
        return None
    kind = KINDS[found[1]][0]
    arguments = {"type": kind, "id": int(found[2]), "include": INCLUDED.get(kind, [])}
    return call_tool(TOOLS["leader_get_record"], visit, arguments)
