"""Changing how a tenant presents itself on its papers."""

from typing import Any

from django.db import transaction

from billing.actions.settings import choose
from leadercrm.core import pictures
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.web.branding import SETTINGS_KEY

FOLDER = "logos"
SIDE = 600


@domain_action(permission="billing.change_settings")
def change_branding(values: dict[str, Any], *, actor: Actor) -> None:
    """Change what `values` name; null takes it away."""
    choose(SETTINGS_KEY, values, actor=actor, action="billing.branding_changed")


def change_logo(*, image: bytes, actor: Actor) -> None:
    """Make the tenant's logo of a picture. Looked at, and written, before any lock is taken."""
    actor.require_writing()
    actor.require("billing.change_settings")
    png = pictures.transparent(image, pictures.within(SIDE), draft=SIDE)
    name = pictures.keep(FOLDER, png, "png")
    try:
        set_logo(name=name, actor=actor)
    except BaseException:
        pictures.forget(name)
        raise


@domain_action(permission="billing.change_settings")
def set_logo(*, name: str | None, actor: Actor) -> None:
    """Let a file of the storage be the logo, or none; the one before is removed."""
    former = choose(SETTINGS_KEY, {"logo": name}, actor=actor, action="billing.logo_changed").get("logo")
    if former and former != name:
        transaction.on_commit(lambda: pictures.forget(former))
