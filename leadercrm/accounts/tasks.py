"""Work that follows what happens to accounts."""

from django.utils.translation import gettext as _

from leadercrm.accounts.models import User
from leadercrm.core.mail import send_mail
from leadercrm.core.outbox import work_handler
from leadercrm.tenancy.binding import current_tenant


@work_handler("accounts.send_welcome", repeatable=False)
def send_welcome(user_id: int) -> None:
    """Greet a tenant's first user and say what to do next."""
    user, tenant = User.objects.get(pk=user_id), current_tenant()
    send_mail(
        to=user.email,
        subject=_("Welcome to Leader CRM, %(name)s") % {"name": user.name},
        template="accounts/welcome",
        context={"user": user, "tenant": tenant},
        message_id=f"welcome.{tenant.id}.{user.pk}",
    )
