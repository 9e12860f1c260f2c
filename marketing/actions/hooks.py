"""The address under which a tenant's mail provider reports bounces and complaints."""

from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import NotFound
from leadercrm.tenancy.hooks import current_hook, make_hook
from leadercrm.tenancy.models import MailHook


@domain_action(permission="marketing.change_mail_hook")
def renew_mail_hook(*, actor: Actor) -> tuple[MailHook, str]:
    """Make a new address: its row and its secret, which can be seen this once. The former one ends at once."""
    hook, secret = make_hook()
    record(actor, hook, "mail_hook.created")
    return hook, secret


@domain_action(permission="marketing.change_mail_hook")
def remove_mail_hook(*, actor: Actor) -> None:
    """Take reports by this address no more; NotFound when there is none."""
    hook = current_hook()
    if hook is None:
        raise NotFound()
    before = snapshot(hook)
    record(actor, hook, "mail_hook.deleted", before=before)
    hook.delete()
