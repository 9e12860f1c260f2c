"""Reaching somebody by a link of their page: that it was done stands on their timeline."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.actions.activities import create_activity
from crm.models import Activity, ActivityStatus, ActivityType
from crm.targets import target_column
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.named_locks import hold_names

# By how: the type of the activity, and its subject.
WAYS = {
    "tel": (ActivityType.CALL, gettext_noop("Call to %(name)s")),
    "mailto": (ActivityType.EMAIL, gettext_noop("Mail to %(name)s")),
    "whatsapp": (ActivityType.TASK, gettext_noop("WhatsApp to %(name)s")),
}
# Whoever clicks again within this time has not reached them twice.
ONCE_WITHIN = timedelta(minutes=5)
MOST_OF_A_SUBJECT = 255


@domain_action(permission="crm.create_activity")
def note_reached(*, way: str, target: tuple[str, int], name: str, to: str, actor: Actor) -> tuple[Activity, bool]:
    r"""The activity, completed, that says that the actor has reached somebody, and whether it is a new one.

    `target` is as activities name it: `App\Models\Contact` and the id. `to` is the address or number.
    """
    kind, subject = WAYS[way]
    hold_names([f"reached {actor.user_id} {way} {target}"])
    column = target_column(target[0]) or ""
    known = Activity.objects.filter(
        user_id=actor.user_id, type=kind, status=ActivityStatus.COMPLETED, notes=to,
        created_at__gte=timezone.now() - ONCE_WITHIN, **{column: target[1]},
    ).last()  # fmt: skip
    if known is not None:
        return known, False
    values = {
        "subject": (_(subject) % {"name": name})[:MOST_OF_A_SUBJECT],
        "type": kind,
        "status": ActivityStatus.COMPLETED,
        "notes": to,
        "activitable_type": target[0],
        "activitable_id": target[1],
    }
    return create_activity(values, actor=actor), True
