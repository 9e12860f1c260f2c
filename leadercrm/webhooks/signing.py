"""The headers of a message, as Standard Webhooks has them: who receives it can tell that it is ours."""

import base64
import hashlib
import hmac
import secrets

KIND = "webhook"
PREFIX = "whsec_"


def new_secret() -> str:
    """192 random bits, in the form in which receivers' libraries take them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signed_headers(message_id: str, at: int, body: bytes, keys: list[str]) -> dict[str, str]:
    """What goes with the message; `at` is the moment of this try in Unix time. One signature by each of the secrets."""
    content = f"{message_id}.{at}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "LeaderCRM-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(_signature(content, key) for key in keys),
    }


def _signature(content: bytes, key: str) -> str:
    digest = hmac.new(base64.b64decode(key.removeprefix(PREFIX)), content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
