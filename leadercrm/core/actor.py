"""Who acts, through which door, and what a role may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import Forbidden, InsufficientScope, ReadOnly
from leadercrm.core.token_scopes import TokenScope, scope_of

VISITOR = "visitor"
CLIENT = "client"


class Role(StrEnum):
    """The closed set of roles (contract, section 3)."""

    ADMIN = "admin"
    MANAGER = "manager"
    SALES = "sales"
    VIEWER = "viewer"


class Scope(IntEnum):
    """How far a permission reaches: over nothing, own records, the team's, or all."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


# permission -> role -> scope; filled by each app's permissions.py
RULES: dict[str, Mapping[str, Scope]] = {}


def grant(
    *permissions: str,
    admin: Scope = Scope.ALL,
    manager: Scope = Scope.NONE,
    sales: Scope = Scope.NONE,
    viewer: Scope = Scope.NONE,
    visitor: Scope = Scope.NONE,
    client: Scope = Scope.NONE,
) -> None:
    """Declare how far each role's permission reaches.

    A visitor is somebody without a credential; a client came by a document's public link, and what
    is granted to clients they may do to that document alone (`client=Scope.OWN`).
    """
    for permission in permissions:
        RULES[permission] = {
            Role.ADMIN: admin,
            Role.MANAGER: manager,
            Role.SALES: sales,
            Role.VIEWER: viewer,
            VISITOR: visitor,
            CLIENT: client,
        }


@dataclass(frozen=True)
class Caps:
    """The most that a token may send, and move in the tenant's currency, on one day of the tenant's. None: no limit."""

    sends: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Actor:
    """Who carries out an action. `via` is the door: api, page, admin, mcp, link, task."""

    kind: str
    via: str
    user_id: int | None = None
    role: Role | None = None
    token_id: int | None = None
    ip: str | None = None
    request_id: str = ""
    label: str = ""
    tenant_settings: Mapping[str, Any] = field(default_factory=dict)
    # Came with a token that may only read.
    read_only: bool = False
    # What the token is limited to; None: all that its user may.
    scopes: frozenset[TokenScope] | None = None
    caps: Caps | None = None
    # Came with a token that may less than its user, in whichever way.
    is_limited: bool = False
    # An agent acts for the user: by a token that is marked so, or through the agents' door.
    is_agent: bool = False
    # Takes back what was done for them, after all that stands against it was asked: leadercrm.agents, lists and
    # core.web.acts set it.
    takes_back: bool = False
    # What a client's link leads to, as (model's label, primary key).
    link: tuple[str, int] | None = None

    @classmethod
    def visitor(cls, *, via: str, ip: str, request_id: str = "") -> "Actor":
        """Somebody who has not logged in."""
        return cls(kind=VISITOR, via=via, ip=ip, request_id=request_id)

    @classmethod
    def client(cls, document: Model, *, ip: str | None, label: str = "", request_id: str = "") -> "Actor":
        """Somebody who came by a document's public link; `label` is the name that they gave."""
        link = (document._meta.label_lower, document.pk)
        return cls(kind=CLIENT, via="link", ip=ip, label=label[:255], request_id=request_id, link=link)

    @classmethod
    def system(cls, via: str = "task") -> "Actor":
        """The product itself: tasks, schedules, imports of the demo. It may do everything."""
        return cls(kind="system", via=via)

    def scope(self, permission: str) -> Scope:
        """How far `permission` reaches for this actor. An undeclared permission is a KeyError."""
        rule = RULES[permission]
        if self.kind == "system":
            return Scope.ALL
        return rule[self.role or (CLIENT if self.kind == CLIENT else VISITOR)]

    def may(self, permission: str, target: Model | None = None) -> bool:
        """Whether the actor may do this at all, or to `target`, judged by the target's owner."""
        return self.has_scope(scope_of(permission)) and self.may_by_role(permission, target)

    def may_by_role(self, permission: str, target: Model | None = None) -> bool:
        """The same, whatever token the actor came with."""
        if self.takes_back:
            return True
        scope = self.scope(permission)
        if self.kind == CLIENT:
            return scope > Scope.NONE and target is not None and self.link == (target._meta.label_lower, target.pk)
        if scope in (Scope.ALL, Scope.NONE) or target is None:
            return scope > Scope.NONE
        owner_id = getattr(target, "owner_id", None)
        if owner_id == self.user_id:
            return True
        return scope == Scope.TEAM and self._leads(owner_id)

    def require(self, permission: str, target: Model | None = None) -> None:
        """Raise Forbidden unless `may`; InsufficientScope where it is the token that lacks something."""
        if not self.has_scope(needed := scope_of(permission)):
            raise InsufficientScope(needed)
        if not self.may(permission, target):
            raise Forbidden(_("Your role does not allow this."))

    def require_sight(self, permission: str) -> None:
        """Raise Forbidden unless the actor's role allows this: for reading, which belongs to every token."""
        if not self.may_by_role(permission):
            raise Forbidden(_("Your role does not allow this."))

    def has_scope(self, scope: TokenScope) -> bool:
        """Whether the token that the actor came with, if any, reaches this far."""
        return self.scopes is None or scope in self.scopes

    def require_writing(self) -> None:
        """Raise ReadOnly for whoever came with a token that may only read. Every action asks, at every door."""
        if self.read_only:
            raise ReadOnly()

    def _leads(self, owner_id: int | None) -> bool:
        """A manager without a team leads everybody; with one, its members and what nobody owns."""
        users: QuerySet[Any] = get_user_model()._default_manager.all()
        team_id = users.values_list("team_id", flat=True).get(pk=self.user_id)
        if team_id is None or owner_id is None:
            return True
        return users.filter(pk=owner_id, team_id=team_id).exists()

    @property
    def read_scope(self) -> Scope:
        """Rows that this actor sees.

        Everybody sees everything unless the tenant has chosen `records_visible: own`; then sales
        staff see their own records and managers their team's (contract, section 8).
        """
        if self.tenant_settings.get("records_visible", "all") == "all":
            return Scope.ALL
        return {Role.SALES: Scope.OWN, Role.MANAGER: Scope.TEAM}.get(self.role, Scope.ALL)  # type: ignore[arg-type]


def owned_by_scope(scope: Scope, user_id: Any, owner: str = "owner_id") -> Q:
    """Condition on the column `owner` for a read scope; `user_id` may be a value or an expression.

    A team's scope is what Actor.may allows: without a team it is everybody's, and it has what nobody owns.
    """
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.OWN:
        return Q((owner, user_id))
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    own_team = users.filter(pk=user_id).values("team_id")
    teamless = Exists(users.filter(pk=user_id, team_id__isnull=True))
    members = Q((f"{owner}__in", users.filter(team_id__in=own_team).values("pk")))
    return Q((owner, user_id)) | Q((f"{owner}__isnull", True)) | members | Q(teamless)
