"""The page on which somebody lets a client in: who asks, for which account, and for what of it."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.http import OAuth2ResponseRedirect
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, OAuth2Error

from leadercrm.accounts.actions.tokens import refuse_too_many
from leadercrm.backoffice.policy import STRICT
from leadercrm.core.api import throttling
from leadercrm.core.api.responses import base_url
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.token_scopes import SAID, TokenScope
from leadercrm.core.web.pages import Page
from leadercrm.oauth.addresses import resource_for
from leadercrm.oauth.models import LOOPBACK, Client
from leadercrm.tenancy.binding import current_tenant
from leadercrm.tenancy.models import LoginIndex


class NoSuchClient(DomainError):
    """The request names no client, or an address that is none of the client's: nobody is sent there."""

    status = 400
    code = "bad_authorization_request"
    hint = _("Close this page, and start again in the program that sent you here.")


class ConsentPage(OAuthLibMixin, Page):  # type: ignore[misc]
    """What is asked stands in the address, and is looked at anew when somebody answers: the form has no say in it."""

    template = "oauth/consent.html"
    title = _("Connect")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._answered(request, lambda credentials: self._asked(credentials))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._answered(request, lambda credentials: self._decided(request, credentials))

    def _answered(self, request: HttpRequest, answer: Any) -> HttpResponse:
        """Answer a request that holds; one that does not goes back to its client, if it has one."""
        throttling.OAUTH.spend(self.actor.ip or "")
        if self.actor.user_id is None or self.actor.kind != "user":
            raise Forbidden(_("Only users of an account connect programs to it."))
        try:
            scopes, credentials = self.validate_authorization_request(_without_body(request))
            credentials["resource"] = [self._resource(request, credentials)]
            credentials["scopes"] = scopes
            response: HttpResponse = answer(credentials)
            return response
        except FatalClientError as error:
            told = str(error.oauthlib_error.description or error.oauthlib_error.error)
            raise NoSuchClient(_("This request cannot be answered: %(reason)s") % {"reason": told}) from None
        except OAuthToolkitError as error:
            return self._sent_back(error.oauthlib_error)

    def _resource(self, request: HttpRequest, credentials: Mapping[str, Any]) -> str:
        """What the token is to be for (RFC 8707)."""
        chosen = resource_for(request, request.GET.getlist("resource"))
        if chosen is None:
            told = CustomOAuth2Error("invalid_target", "The resource is none of this server's.")
            told.redirect_uri, told.state = credentials["redirect_uri"], credentials.get("state")
            raise OAuthToolkitError(told, redirect_uri=credentials["redirect_uri"])
        return chosen

    def _asked(self, credentials: dict[str, Any], **more: Any) -> HttpResponse:
        client: Client = credentials["request"].client
        wanted = [scope for scope in TokenScope if scope in credentials["scopes"]] or list(TokenScope)
        back = urlsplit(credentials["redirect_uri"])
        context = {
            "client": client,
            "tenant": current_tenant(),
            "me": self.request.user,
            "reading": SAID[TokenScope.READ],
            "resource": credentials["resource"][0],
            "back": back.hostname or f"{back.scheme}:",
            "is_local": back.hostname in LOOPBACK or back.scheme not in ("http", "https"),
            # What only an administrator may is never ticked beforehand.
            "scopes": [(scope, SAID[scope], scope != TokenScope.ADMIN) for scope in wanted if scope != TokenScope.READ],
            **more,
        }
        response = self.draw(context)
        # Browsers hold the answer to a form, too, to the addresses that forms may be sent to.
        place = (
            f"{back.scheme}://{back.netloc}" if back.netloc and back.scheme in ("http", "https") else f"{back.scheme}:"
        )
        response.headers["Content-Security-Policy"] = STRICT.replace(
            "form-action 'self'", f"form-action 'self' {place}"
        )
        return response

    def _decided(self, request: Any, credentials: dict[str, Any]) -> HttpResponse:
        allowed = "allow" in request.POST
        user_id = self.actor.user_id
        assert user_id is not None  # noqa: S101 - _answered has asked
        if allowed:
            refuse_too_many(user_id)
        ticked = set(request.POST.getlist("scopes")) & set(credentials.pop("scopes") or TokenScope)
        chosen = [scope for scope in TokenScope if scope == TokenScope.READ or scope in ticked]
        asked = _without_body(request)
        asked.user = LoginIndex.objects.get(pk=user_id)
        client = credentials.pop("request").client
        uri, _headers, _body, _status = self.create_authorization_response(
            asked, " ".join(chosen), credentials, allowed
        )
        return self._redirect(uri, client.get_allowed_schemes())

    def _sent_back(self, error: OAuth2Error) -> HttpResponse:
        """To the client's own address, which oauthlib has found to be one of its: what is wrong."""
        address = getattr(error, "redirect_uri", None)
        client = (
            getattr(error, "client", None) or Client.objects.filter(client_id=self.request.GET.get("client_id")).first()
        )
        if not address or client is None or not client.redirect_uri_allowed(address):
            raise NoSuchClient(
                _("This request cannot be answered: %(reason)s") % {"reason": error.description or error.error}
            )
        return self._redirect(error.in_uri(address), client.get_allowed_schemes())

    def _redirect(self, address: str, schemes: list[str]) -> HttpResponse:
        """With the issuer in the answer (RFC 9207), so that no client takes it for another server's."""
        joined = f"{address}{'&' if '?' in address else '?'}{urlencode({'iss': base_url(self.request)})}"
        response: HttpResponse = OAuth2ResponseRedirect(joined, schemes)
        response.status_code = 303
        return response


def _without_body(request: Any) -> Any:
    """The request as it was asked: by its address alone."""
    asked = copy(request)
    asked.method, asked._post, asked._files = "GET", type(request.GET)(), type(request.FILES)()
    return asked
