"""The stages of a relationship: a catalogue that each tenant may extend (A-09)."""

from leadercrm.core.database import connection

LIFECYCLE_STAGES = ("lead", "prospect", "opportunity", "customer", "churned", "other")


def lifecycle_stages() -> tuple[str, ...]:
    """The bound tenant's stages."""
    settings = getattr(connection.tenant, "settings", None) or {}
    return tuple(settings.get("lifecycle_stages") or LIFECYCLE_STAGES)
