"""Where the authorization server is found, and what it says of itself (RFC 8414)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from leadercrm.core.api.responses import base_url
from leadercrm.core.token_scopes import TokenScope

METADATA = "/.well-known/oauth-authorization-server"
AUTHORIZE, TOKEN, REGISTER, REVOKE = "/connect", "/oauth/token", "/oauth/register", "/oauth/revoke"
METHODS = ["none", "client_secret_basic", "client_secret_post"]
# What a token may be for (RFC 8707); the first one where a client says nothing.
PLACES = ("/mcp", "/mcp/readonly")
# For pages of other sites: nothing here goes by a cookie.
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, MCP-Protocol-Version",
    "Access-Control-Max-Age": "86400",
}


def metadata(request: HttpRequest) -> dict[str, Any]:
    """The document at /.well-known/oauth-authorization-server. The issuer is the server's own address."""
    base = base_url(request)
    return {
        "issuer": base,
        "authorization_endpoint": base + AUTHORIZE,
        "token_endpoint": base + TOKEN,
        "registration_endpoint": base + REGISTER,
        "revocation_endpoint": base + REVOKE,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "scopes_supported": [*TokenScope],
        "client_id_metadata_document_supported": True,
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{base}/llms.txt",
    }


def resource_for(request: HttpRequest, wanted: list[str]) -> str | None:
    """The one resource of ours that is asked for; None for anything else than that, or than nothing."""
    base = base_url(request)
    known = [base + place for place in PLACES]
    chosen = wanted or known[:1]
    return chosen[0] if len(chosen) == 1 and chosen[0] in known else None


class MetadataView(View):
    """What this authorization server can (RFC 8414)."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        for name, value in OPEN_TO_ALL.items():
            response.headers[name] = value
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(metadata(request))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=204)
