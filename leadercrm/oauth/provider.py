"""What the authorization server's toolkit is set to (settings.OAUTH2_PROVIDER): OAuth 2.1, and no more than that."""

from typing import Any

from leadercrm.core.token_scopes import TokenScope

PROVIDER: dict[str, Any] = {
    "OAUTH2_VALIDATOR_CLASS": "leadercrm.oauth.validator.Validator",
    # Codes and refresh tokens: no passwords, no client's own credentials, no token in an address.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer",
    "SCOPES": dict.fromkeys((scope.value for scope in TokenScope), ""),
    "DEFAULT_SCOPES": [],
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 120,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "PKCE_REQUIRED": True,
    "ALLOW_LOCALHOST_LOOPBACK": True,
    "CIMD_ENABLED": True,
    "CIMD_REGISTRATION_PERMISSION_CLASSES": ("leadercrm.oauth.registration.AtConsentAlone",),
    "CIMD_MAX_CONCURRENT_FETCHES": 4,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
