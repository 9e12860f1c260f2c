"""What a person says to a call that leaves the house: asked at the client, where that can ask them (SEP-2322).

The first call answers with a question and a sealed state, and does nothing. The client asks its user and calls again
with the answer and the state, in whichever process. The state names the call and the sentence that the person read:
other arguments, or another recipient by then, are another question. What they agreed to is carried out once, under a
key of the state's own, however often the answer is sent.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import mcp_types as types
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from leadercrm.core.api.responses import json_bytes
from leadercrm.core.errors import DomainError

ASKED, FIELD = "confirmation", "confirm"
SALT = "leadercrm.mcp.confirming"
# So long a question may be looked at.
HOLDS_SECONDS = 600
KEY_PREFIX = "confirmed-"


class Unconfirmed(DomainError):
    """The call would leave the house, and nobody has said that it may."""

    code = "confirmation_required"
    hint = gettext_lazy(
        "Nothing has happened. Ask the user, then call again with the same arguments and confirm: true."
    )


class Declined(DomainError):
    """The person was asked, and did not say yes."""

    code = "declined"
    hint = gettext_lazy("Nothing has happened. Do not call it again, unless the user asks for it.")

    def __init__(self) -> None:
        super().__init__(_("The user was asked, and did not agree."))


class Question(Exception):
    """The person has to be asked first: the result that says so."""

    def __init__(self, sentence: str, state: str) -> None:
        super().__init__(sentence)
        schema = {
            "type": "object",
            "properties": {FIELD: {"type": "boolean", "title": _("Yes, do it"), "default": False}},
            "required": [FIELD],
        }
        asked = {"method": "elicitation/create", "params": {"message": sentence, "requestedSchema": schema}}
        self.result = {"resultType": "input_required", "inputRequests": {ASKED: asked}, "requestState": state}


@dataclass(frozen=True)
class Consent:
    """What is known of a person's word: whether they can be asked, what they were asked, and what they said."""

    can_ask: bool = False
    asked: str = ""
    key: str = ""
    responses: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams) -> "Consent":
        """Read it off a request. The protocol's error for a state that is not ours; one that is too old is none."""
        if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS or not _asks(context.session.client_capabilities):
            return cls()
        if params.request_state is None:
            return cls(can_ask=True)
        try:
            asked, nonce = signing.loads(params.request_state, salt=SALT, max_age=HOLDS_SECONDS)
        except signing.SignatureExpired:
            return cls(can_ask=True)
        except signing.BadSignature:
            raise MCPError(code=types.INVALID_PARAMS, message="requestState is not this server's") from None
        return cls(True, asked, f"{KEY_PREFIX}{nonce}", params.input_responses or {})

    def require(self, tool: str, token_id: int | None, arguments: Any, sentence: str) -> str:
        """The key under which the call may be carried out. Raises Question, Declined, or Unconfirmed if nobody can be
        asked.
        """
        if not self.can_ask:
            raise Unconfirmed(sentence)
        asked = hashlib.sha256(json_bytes([tool, token_id, arguments, sentence])).hexdigest()
        said = self.responses.get(ASKED)
        if asked != self.asked or said is None:
            raise Question(sentence, signing.dumps([asked, secrets.token_hex(16)], salt=SALT))
        if getattr(said, "action", "") != "accept" or (said.content or {}).get(FIELD) is not True:
            raise Declined()
        return self.key


NOBODY = Consent()


def _asks(capabilities: Any) -> bool:
    """Whether a client shows forms to its user. One that names no kind of question shows these."""
    elicitation = getattr(capabilities, "elicitation", None)
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)
