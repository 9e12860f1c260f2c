"""Public links of documents: addresses that last, and that nobody can make up.

Nothing is stored of a link, neither it nor its hash. It is made of what it leads to, under the server's
secret key, whenever somebody needs it: for a mail, a QR code, a member of staff. It lasts as long as the
document's own `link_version`: the next version is another link, and the former opens nothing any more.

A token is 32 bytes in base64url: 160 bits of HMAC over kind, tenant, row and version, and then kind,
tenant and row themselves, masked with a keystream that the HMAC begins. It thus tells its tenant before
any tenant is bound, and looks random all over: neither how many tenants there are nor how many documents
they have can be read from it. Who reads the database alone can make none.

The keys are derived from SECRET_KEY; links that were made under one of SECRET_KEY_FALLBACKS still open.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.conf import settings

from leadercrm.core.database import fetch_first
from leadercrm.tenancy.binding import BoundTenant, current_tenant_id

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
MAC_BYTES = 20
# Bytes of kind, tenant and row.
PARTS = (1, 5, 6)
FIND = """
    SELECT t.id, t.schema_name, t.name, t.settings::text FROM public.tenancy_tenant t
     WHERE t.id = %s AND t.claimed_at IS NOT NULL AND t.suspended_at IS NULL
"""


@dataclass(frozen=True)
class Sealed:
    """Where a token claims to lead. Only `is_of` the row's present version proves that we made it."""

    kind: int
    tenant_id: int
    subject_id: int
    mac: bytes
    key: bytes

    def is_of(self, version: int) -> bool:
        payload = _packed(self.kind, self.tenant_id, self.subject_id)
        return hmac.compare_digest(self.mac, _mac(self.key, payload, version))

    def tenant(self) -> BoundTenant | None:
        """The tenant that is claimed, if there is one that is in force."""
        row = fetch_first(FIND, [self.tenant_id])
        return BoundTenant(row[0], row[1], row[2], orjson.loads(row[3])) if row else None


def seal(kind: int, subject_id: int, version: int) -> str:
    """The token of a row of the bound tenant."""
    key = settings.SECRET_KEY.encode()
    payload = _packed(kind, current_tenant_id(), subject_id)
    mac = _mac(key, payload, version)
    return urlsafe_b64encode(mac + _masked(key, mac, payload)).rstrip(b"=").decode()


def unseal(token: str) -> Iterator[Sealed]:
    """Where a token may lead, by each key that this server has had; nothing for what is no token."""
    if not SHAPE.fullmatch(token):
        return
    raw = urlsafe_b64decode(token + "=")
    # The last character has two bits to spare: one token, one spelling.
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        return
    mac, masked = raw[:MAC_BYTES], raw[MAC_BYTES:]
    for text in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = text.encode()
        kind, tenant_id, subject_id = _unpacked(_masked(key, mac, masked))
        yield Sealed(kind, tenant_id, subject_id, mac, key)


def _packed(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(size, "big") for number, size in zip(numbers, PARTS, strict=True))


def _unpacked(payload: bytes) -> tuple[int, int, int]:
    kind, tenant, row = payload[:1], payload[1:6], payload[6:]
    return int.from_bytes(kind, "big"), int.from_bytes(tenant, "big"), int.from_bytes(row, "big")


def _mac(key: bytes, payload: bytes, version: int) -> bytes:
    return hmac.digest(key, b"public-link\n" + payload + version.to_bytes(4, "big"), hashlib.sha256)[:MAC_BYTES]


def _masked(key: bytes, mac: bytes, payload: bytes) -> bytes:
    """Masks, and unmasks."""
    stream = hmac.digest(key, b"public-link-mask\n" + mac, hashlib.sha256)
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(stream[: len(payload)], "big")
    return masked.to_bytes(len(payload), "big")
