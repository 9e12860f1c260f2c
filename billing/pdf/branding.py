"""How a tenant presents itself on its papers. Read from its settings."""

from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from billing.pdf.views import Brand
from leadercrm.core.database import connection

SETTINGS_KEY = "branding"
# What `settings["branding"]` may hold, all of it text; `logo` is a file below the storage, which we wrote ourselves.
TEXTS = ("colour", "legal_name", "tax_id", "tax_regime", "address", "email", "phone", "website")


def brand() -> Brand:
    """The bound tenant's."""
    chosen: dict[str, Any] = (getattr(connection.tenant, "settings", None) or {}).get(SETTINGS_KEY) or {}
    texts = {name: str(chosen[name]) for name in TEXTS if chosen.get(name)}
    return Brand(name=connection.tenant.name, logo=logo(str(chosen.get("logo") or "")), **texts)


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
