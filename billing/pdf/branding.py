"""How a tenant presents itself on its papers. Read from its settings."""

from billing.pdf.views import Brand
from leadercrm.core.database import connection
from leadercrm.core.web.branding import branding, logo

# What `settings["branding"]` may hold, all of it text; `logo` is a file below the storage, which we wrote ourselves.
TEXTS = ("colour", "legal_name", "tax_id", "tax_regime", "address", "email", "phone", "website")


def brand() -> Brand:
    """The bound tenant's."""
    chosen = branding()
    texts = {name: str(chosen[name]) for name in TEXTS if chosen.get(name)}
    return Brand(name=connection.tenant.name, logo=logo(str(chosen.get("logo") or "")), **texts)
