"""How a tenant presents itself: its name, colour and logo, read from its settings."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from leadercrm.core.database import connection
from leadercrm.core.web.colours import accent

SETTINGS_KEY = "branding"


@dataclass(frozen=True)
class House:
    """A tenant on its pages. `logo` is a data: URI, `theme` the address of a style sheet with its colours."""

    name: str
    logo: str
    theme: str
    address: str


def house() -> House:
    """The bound tenant's."""
    chosen = branding()
    return House(
        name=str(chosen.get("legal_name") or connection.tenant.name),
        logo=logo(str(chosen.get("logo") or "")),
        theme=accent(str(chosen.get("colour") or ""))[1:],
        address=str(chosen.get("address") or ""),
    )


def branding() -> dict[str, Any]:
    """What the bound tenant has chosen."""
    return (getattr(connection.tenant, "settings", None) or {}).get(SETTINGS_KEY) or {}


def logo(name: str) -> str:
    """A logo as a data: URI; nothing where its file is missing, or is none of those that we write."""
    path = Path(settings.STORAGE_DIR) / "logos" / Path(name).name
    try:
        return _as_uri(str(path), path.stat().st_mtime_ns) if name else ""
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _as_uri(path: str, changed: int) -> str:
    """The file as it was when it was changed last."""
    picture = Path(path).read_bytes()
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"
