"""Who calls, by which of our doors, and the binding that their tool runs in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.errors import InsufficientScope, Unauthenticated
from leadercrm.core.text import visible_text
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import Credential, resolve_token
from leadercrm.tenancy.models import TokenKind

CORE = "core"
MOST_OF_A_NAME = 80


@dataclass(frozen=True)
class Surface:
    """What a door shows. `asks_for_token`: tools take their token as an argument, as `/mcp/open` has it."""

    asks_for_token: bool = False
    read_only: bool = False
    toolsets: frozenset[str] = frozenset()


@dataclass
class Visit:
    """One message from an agent: what is known of it before its tool runs."""

    surface: Surface
    ip: str
    base_url: str
    request_id: str
    agent: str = ""
    credential: Credential | None = None
    # The client takes an answer in events, and what is told before it.
    streams: bool = False
    # What the call wanted and its token does not reach.
    lacks: InsufficientScope | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who acts by this visit's credential. Unauthenticated when there is none."""
        if self.credential is None:
            raise Unauthenticated()
        return self.credential.actor(via="mcp", ip=self.ip, request_id=self.request_id, label=self.agent)

    @property
    def step_up(self) -> InsufficientScope | None:
        """What the call lacked, where its client can ask for more: it has its token by OAuth."""
        return self.lacks if self.credential is not None and self.credential.resource else None

    @property
    def agent_name(self) -> str:
        """What the token calls its agent, else what the client calls itself."""
        return (self.credential.agent_name if self.credential else "") or self.agent

    def called(self, name: object, version: object = "") -> None:
        """Note how the client calls itself; a name that is no plain text is none."""
        if isinstance(name, str) and (plain := visible_text(name)):
            extra = f" {visible_text(version)}" if isinstance(version, str) else ""
            self.agent = f"{plain}{extra}".strip()[:MOST_OF_A_NAME]

    def enter(self, token: str, *kinds: TokenKind, place: str = "") -> None:
        """Take a token's text for this visit's credential, and count the request against its limit.

        A connection's token holds at the one place that it was made for (RFC 8707), and from its own addresses.
        """
        credential = resolve_token(token.strip(), *kinds)
        if credential.resource and credential.resource != self.base_url + place:
            raise Unauthenticated(_("This token is for another address."))
        self.credential = credential
        self.headers.update(throttling.TOKEN.spend(str(credential.token_id)))
        credential.check_address(self.ip)

    @contextmanager
    def bound(self) -> Iterator[Actor]:
        """This thread's connection, bound to the tenant of the credential: all that a tool reads is in here."""
        actor = self.actor
        assert self.credential is not None  # noqa: S101 - `actor` has asked
        with bind(self.credential.tenant):
            yield actor
