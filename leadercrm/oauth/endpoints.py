"""What clients call without a browser: registration, tokens, revocation, metadata. No cookie is looked at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views.dynamic_client_registration import _build_application_kwargs, _parse_metadata
from oauth2_provider.views.mixins import OAuthLibMixin

from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.oauth.addresses import OPEN_TO_ALL
from leadercrm.oauth.models import Client, Grant

GUARDED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@method_decorator(csrf_exempt, name="dispatch")
class Endpoint(OAuthLibMixin, View):  # type: ignore[misc]
    """An address for programs: limited by address, and every failure is JSON as RFC 6749 has it."""

    http_method_names = ["post", "options"]
    limit = throttling.OAUTH

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            try:
                if request.method != "OPTIONS":
                    self.limit.spend(client_ip(request))
                response: Any = super().dispatch(request, *args, **kwargs)
            except Exception as error:
                response = _refused(error)
        for name, value in {**OPEN_TO_ALL, **GUARDED}.items():
            response.headers[name] = value
        return response  # type: ignore[no-any-return]

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=204)


class TokenEndpoint(Endpoint):
    """From a code, or from a refresh token, to an access token."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            return _as_it_is(*self.create_token_response(request))
        except Grant.DoesNotExist:  # the library looks at a code several times: it was redeemed in between
            return _error("invalid_grant", "The code has been used.")


class RevocationEndpoint(Endpoint):
    """The end of a connection, by its client (RFC 7009)."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return _as_it_is(*self.create_revocation_response(request))


class RegistrationEndpoint(Endpoint):
    """A client introduces itself (RFC 7591). It may not change what it has said: it registers anew."""

    limit = throttling.OAUTH_CLIENTS

    def post(self, request: HttpRequest) -> HttpResponse:
        data, refusal = _parse_metadata(request.body)
        values, refusal = ({}, refusal) if refusal else _build_application_kwargs(data)
        if refusal or values is None:
            return refusal  # type: ignore[no-any-return]
        if values["authorization_grant_type"] != Client.GRANT_AUTHORIZATION_CODE:
            return _error("invalid_client_metadata", "Only the grant type authorization_code is supported.")
        if not isinstance(values["name"], str):
            return _error("invalid_client_metadata", "client_name must be a string.")
        client = Client(registration_source=Client.RegistrationSource.DCR, **values)
        secret = client.client_secret
        try:
            client.full_clean(exclude=["client_secret"])
        except ValidationError as error:
            told = " ".join(error.messages)
            return _error("invalid_redirect_uri" if "redirect_uris" in error.message_dict else METADATA, told)
        client.save()
        return JsonResponse(_registered(client, data, secret), status=201)


METADATA = "invalid_client_metadata"


def _registered(client: Client, data: dict[str, Any], secret: str) -> dict[str, Any]:
    told = {
        "client_id": client.client_id,
        "client_id_issued_at": int(client.created.timestamp()),
        "client_name": client.name,
        "redirect_uris": client.redirect_uris.split(),
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": data.get("token_endpoint_auth_method", "client_secret_basic"),
    }
    is_public = client.client_type == Client.CLIENT_PUBLIC
    return told if is_public else {**told, "client_secret": secret, "client_secret_expires_at": 0}


def _as_it_is(_url: Any, headers: dict[str, str], body: str, status: int) -> HttpResponse:
    response = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _error(code: str, description: str, status: int = 400) -> HttpResponse:
    return JsonResponse({"error": code, "error_description": description}, status=status)


def _refused(error: Exception) -> HttpResponse:
    """A refusal of ours, in the words of the protocol."""
    refusal = as_refusal(error)
    if refusal is None:
        raise error
    busy = refusal.status in (429, 503)
    response = _error("temporarily_unavailable" if busy else "invalid_request", str(refusal.message), refusal.status)
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
