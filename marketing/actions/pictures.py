"""Pictures of campaigns: put on the tenant's shelf, and taken off it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from leadercrm.core import pictures
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.named_locks import hold_names
from leadercrm.tenancy.binding import current_tenant_id
from marketing.models import Campaign, CampaignPicture

FOLDER = "campaigns"
# Twice the width of a mail, for screens that show two dots as one.
SIDE = 1280
MOST_PICTURES = 1000


def add_picture(*, image: bytes, name: str = "", actor: Actor) -> CampaignPicture:
    """Put a picture on the shelf; `name` is what its sender calls the file.

    Looked at, written anew and kept before any lock is taken. Refuses what is none, and more than a thousand.
    """
    actor.require_writing()
    actor.require("marketing.create_picture")
    made = pictures.suited(image, pictures.within(SIDE), draft=SIDE, name=name)
    file = pictures.keep(f"{FOLDER}/{current_tenant_id()}", made.content, made.kind)
    try:
        return shelve_picture(file, made, name=name, actor=actor)
    except BaseException:
        pictures.forget(file)
        raise


@domain_action(permission="marketing.create_picture")
def shelve_picture(file: str, made: pictures.Picture, *, name: str = "", actor: Actor) -> CampaignPicture:
    """Let a file of the storage be a picture of the shelf."""
    hold_names(["campaign-pictures"])
    if CampaignPicture.objects.count() >= MOST_PICTURES:
        message = _("There are %(most)s pictures by now: delete some first.") % {"most": MOST_PICTURES}
        raise DomainError(message, field="image", code="too_many")
    picture = CampaignPicture(
        file=file, name=name[:255], width=made.width, height=made.height, size=len(made.content), owner_id=actor.user_id
    )
    picture.save()
    record(actor, picture, "picture.created")
    return picture


@domain_action(permission="marketing.delete_picture")
def delete_picture(picture: CampaignPicture, *, actor: Actor) -> None:
    """Take a picture off the shelf. Its file goes, too, unless a campaign shows it: mails that were sent last."""
    before = snapshot(picture)
    is_shown = Campaign.with_deleted.filter(content__contains=picture.file).exists()
    picture.delete()
    record(actor, picture, "picture.deleted", before=before)
    if not is_shown:
        transaction.on_commit(lambda: pictures.forget(picture.file))
