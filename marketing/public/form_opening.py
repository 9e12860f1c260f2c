"""From a form's key, or the link of a mail, to the row behind it, with the tenant bound."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from leadercrm.core.clock import tenant_zone
from leadercrm.core.errors import NotFound
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.form_keys import find_form
from leadercrm.tenancy.links import InvalidLink
from leadercrm.tenancy.sealed import unseal
from marketing.links_forms import CONFIRM, VERSION
from marketing.models import Form, FormSubmission


@contextmanager
def opened_form(key: str) -> Iterator[Form]:
    """The form that a key leads to, if it takes anything; its tenant is bound meanwhile. NotFound for any other."""
    found = find_form(key)
    if found is None:
        raise NotFound()
    tenant, form_id = found
    with bind(tenant), timezone.override(tenant_zone()):
        form = Form.objects.filter(pk=form_id, is_active=True).first()
        if form is None:
            raise NotFound()
        yield form


@contextmanager
def opened_submission(token: str) -> Iterator[FormSubmission]:
    """The submission that a mailed link leads to; its tenant is bound meanwhile. InvalidLink for any other."""
    for sealed in unseal(token):
        tenant = sealed.tenant() if sealed.kind == CONFIRM and sealed.is_of(VERSION) else None
        if tenant is None:
            continue
        with bind(tenant), timezone.override(tenant_zone()):
            rows = FormSubmission.objects.select_related("form", "contact")
            submission = rows.filter(pk=sealed.subject_id, consented=True).first()
            if submission is not None:
                yield submission
                return
    raise InvalidLink
