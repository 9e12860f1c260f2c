"""Work that follows what people send by forms."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.mail import public_address, send_mail
from leadercrm.core.outbox import work_handler
from leadercrm.core.web.branding import house
from leadercrm.tenancy.binding import current_tenant
from marketing.links_forms import confirm_path
from marketing.models import FormSubmission


@work_handler("marketing.ask_confirmation", repeatable=False)
def ask_confirmation(submission_id: int) -> None:
    """Ask the owner of an address whether it was they who consented, unless they have said so."""
    submission = FormSubmission.objects.filter(pk=submission_id, confirmed_at__isnull=True).first()
    if submission is None or not submission.email:
        return
    tenant, brand = current_tenant(), house()
    send_mail(
        to=submission.email,
        subject=_("Please confirm that you want to hear from %(name)s"),
        values={"name": brand.name},
        template="marketing/confirm",
        context={"submission": submission, "house": brand, "link": public_address(confirm_path(submission.pk))},
        message_id=f"confirm.{tenant.id}.{submission.pk}",
        language=submission.language,
        sender_name=brand.name,
    )
