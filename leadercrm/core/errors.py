"""Refusals. An action raises one; each door translates it in one place."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

FieldErrors = Mapping[str, Sequence[Any]]


def in_english(message: Any) -> str:
    """A message as it stands in the code, to be kept: whoever is shown it has it translated then."""
    with translation.override(None):
        return str(message)


class DomainError(Exception):
    """A request that was understood and is refused.

    `message` says what is wrong and `hint` what to do next; `field` names the input at fault, in
    the API's dotted notation (`items.0.quantity`). `errors` replaces it when several are.
    """

    status = 422
    code = "invalid"
    hint: Any = ""

    def __init__(
        self,
        message: Any,
        *,
        field: str | None = None,
        code: str | None = None,
        hint: Any = None,
        errors: FieldErrors | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors: FieldErrors = errors if errors is not None else ({field: [message]} if field else {})
        self.code = code or self.code
        self.hint = self.hint if hint is None else hint
        self.status = status or self.status


class Unauthenticated(DomainError):
    """No credential, or one that is malformed, unknown, revoked, expired or of an inactive user (G-16)."""

    status = 401
    code = "unauthenticated"
    hint = _("Log in at POST /api/v1/auth/login and send the token as 'Authorization: Bearer {token}'.")

    def __init__(self, message: Any = "Unauthenticated.", **kwargs: Any) -> None:
        super().__init__(message, **kwargs)


class Forbidden(DomainError):
    """The actor's role does not allow this."""

    status = 403
    code = "forbidden"
    hint = _("Ask an administrator of your account for the permission or to do it for you.")

    def __init__(self, message: Any = None, **kwargs: Any) -> None:
        super().__init__(message or _("You are not allowed to do this."), **kwargs)


class ReadOnly(Forbidden):
    """The token that the actor came with may only read."""

    code = "read_only_token"
    hint = _("Use a token without the restriction to reading.")

    def __init__(self) -> None:
        super().__init__(_("This token may only read."))


class InsufficientScope(Forbidden):
    """The token that the actor came with lacks the scope that this belongs to; their role may well allow it."""

    code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(
            _("This token lacks the scope %(scope)s.") % {"scope": scope},
            hint=_("Ask your user for a token with the scope %(scope)s: Settings, Tokens. Trying again does not help.")
            % {"scope": scope},
        )
        self.scope = scope


class AddressNotAllowed(Forbidden):
    """The token is for other addresses than the one that it came from."""

    code = "address_not_allowed"
    hint = _("Call from an address in the token's list, or have this one added: Settings, Tokens.")

    def __init__(self, address: str) -> None:
        super().__init__(_("This token may not be used from %(address)s.") % {"address": address})


class CapReached(Forbidden):
    """What the token may send, or move, in a day is used up, or would be by this."""

    code = "cap_reached"
    hint = _("Nothing has happened. Tell your user: they can do it themselves, or make a token with a higher cap.")


class NotFound(DomainError):
    """No such row, or none that the actor may see: the two look the same (G-17)."""

    status = 404
    code = "not_found"
    hint = _("Check the address and the id. What was deleted, or is not yours to see, is not found either.")

    def __init__(self, message: Any = None, **kwargs: Any) -> None:
        super().__init__(message or _("Not found."), **kwargs)


class WrongMethod(DomainError):
    """The address does not take this method; it takes the `allowed` ones."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: str = "") -> None:
        hint = _("It takes %(methods)s.") % {"methods": allowed} if allowed else ""
        super().__init__(_("This address does not take this method."), hint=hint)


class InFlight(DomainError):
    """The same idempotency key is being carried out right now."""

    status = 409
    code = "idempotency_in_flight"
    hint = _("Wait a moment and send the same request again: you will get the first one's answer.")


class ChangedMeanwhile(DomainError):
    """The row is not in the state any more that the request names by If-Match."""

    status = 412
    code = "changed_meanwhile"
    hint = _("Nothing was changed. Read it again: the answer's ETag names its present state.")

    def __init__(self) -> None:
        super().__init__(_("Somebody has changed this meanwhile."))


class TooManyRequests(DomainError):
    """A rate limit is used up; `retry_after` seconds until it is not."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            _("Too many requests."),
            hint=_("Wait %(seconds)s seconds before the next attempt.") % {"seconds": retry_after},
        )
        self.retry_after = retry_after
        self.headers: dict[str, str] = {}


class Unavailable(DomainError):
    """A server that this request needs does not answer, or a lock was not had in time."""

    status = 503
    code = "unavailable"
    retry_after = 2
    hint = _("Nothing was changed. Try again in a few seconds.")

    def __init__(self, message: Any = None, **kwargs: Any) -> None:
        super().__init__(message or _("The service is busy."), **kwargs)
