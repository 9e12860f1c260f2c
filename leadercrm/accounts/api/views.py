"""Registration, login, logout, me."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.enrolment import Entrance
from leadercrm.accounts.actions.registration import register
from leadercrm.accounts.actions.sessions import log_in, log_out
from leadercrm.accounts.api.replays import PublicStore, derived_secret
from leadercrm.accounts.api.serializers import LoginInput, RegisterInput
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.api import idempotency, throttling
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import base_url, json_response
from leadercrm.core.api.shapes import INTEGER, MESSAGE, TEXT, URL, data, nullable, one_of, record
from leadercrm.core.api.views import ApiView
from leadercrm.tenancy.binding import BoundTenant, current_tenant

SESSION = Resource("Session", _("session"), _("authentication"), _("Log in, and send the token with every request."))
USER = record({"id": INTEGER, "name": TEXT, "email": TEXT, "role": one_of(Role), "avatar_url": nullable(URL)}, "Me")
TENANT = record({"id": INTEGER, "name": TEXT}, "Tenant")
ENTRANCE = record({"token": TEXT, "user": USER, "tenant": TENANT}, "Entrance")


def user_body(request: HttpRequest, user: User) -> dict[str, Any]:
    """A user as the contract has it; the avatar's address is absolute (G-31)."""
    avatar = f"{base_url(request)}/storage/{user.avatar}" if user.avatar else None
    return {"id": user.pk, "name": user.name, "email": user.email, "role": user.role, "avatar_url": avatar}


def tenant_body(tenant: BoundTenant) -> dict[str, Any]:
    return {"id": tenant.id, "name": tenant.name}


def current_user(actor: Actor) -> User:
    """The row of the user who acts."""
    return User.objects.get(pk=cast(int, actor.user_id))


class VisitorView(ApiView):
    """An operation for somebody without a credential."""

    public = True
    resource = SESSION

    @property
    def visitor(self) -> Actor:
        return Actor.visitor(via="api", ip=self.context.ip, request_id=self.context.request_id)

    def once(self, request: HttpRequest, scope: str, call: Callable[[str | None], HttpResponse]) -> HttpResponse:
        """Answer under the request's idempotency key, if it has one; keys of another `scope` are others.

        `call` gets the secret for a token in the answer, which must be the same in a replay.
        """
        key = idempotency.requested_key(request)
        if key is None:
            return call(None)
        secret = derived_secret(request, key)
        return idempotency.once(request, key, PublicStore(secret, scope), lambda: call(secret))


class EntranceView(VisitorView):
    """What login and registration share: no credential, a strict limit, an answer with a token."""

    success: ClassVar[int] = 200

    def enter(self, request: HttpRequest, scope: str, entrance: Callable[[str | None], Entrance]) -> HttpResponse:
        """Answer with the entrance, under the request's idempotency key if it has one."""
        return self.once(request, scope, lambda secret: self._body(request, entrance(secret)))

    def _body(self, request: HttpRequest, entrance: Entrance) -> HttpResponse:
        body = {
            "token": entrance.token,
            "user": user_body(request, entrance.user),
            "tenant": tenant_body(entrance.tenant),
        }
        return json_response(body, self.success)


class LoginView(EntranceView):
    @described(_("Log in"), id="login", body=LoginInput, returns=ENTRANCE, errors=(401,))
    def post(self, request: HttpRequest) -> HttpResponse:
        values = self.cleaned(LoginInput)
        self.context.headers.update(throttling.LOGIN.spend(f"{self.context.ip}:{values['email']}"))
        act = partial(log_in, **values, actor=self.visitor)
        return self.enter(request, values["email"], lambda secret: act(secret=secret))


class RegisterView(EntranceView):
    success = 201

    @described(_("Open an account"), id="register", body=RegisterInput, returns=ENTRANCE, status=201)
    def post(self, request: HttpRequest) -> HttpResponse:
        values = self.cleaned(RegisterInput)  # first: who mistypes a password is not to wait for an hour
        self.context.headers.update(throttling.REGISTER.spend(self.context.ip))
        act = partial(register, **values, actor=self.visitor)
        return self.enter(request, values["email"], lambda secret: act(secret=secret))


class LogoutView(ApiView):
    resource = SESSION

    @described(_("Log out: this token ends"), id="logout", returns=MESSAGE)
    def post(self, request: HttpRequest) -> HttpResponse:
        log_out(current_user(self.actor), actor=self.actor)
        return json_response({"message": "Logged out successfully."})


class MeView(ApiView):
    resource = SESSION

    @described(_("Read who the token is"), id="getMe", returns=data(USER, tenant=TENANT))
    def get(self, request: HttpRequest) -> HttpResponse:
        user = current_user(self.actor)
        return json_response({"data": user_body(request, user), "tenant": tenant_body(current_tenant())})
