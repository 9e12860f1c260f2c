"""Writing lead forms. Whatever a form asks for, its key stands in a public page: nothing here is a secret."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.bin import refuse_expired
from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.form_keys import drop_key, enter_key, new_key
from marketing.models import Assignment, Form

Values = Mapping[str, Any]
UNKNOWN_USER = _("There is no active user with this id.")


@domain_action(permission="marketing.create_form")
def create_form(values: Values, *, actor: Actor) -> Form:
    """Make a form with a key of its own. Without `fields` it asks for what the published example sends."""
    form = Form(**{"owner_id": actor.user_id, **values}, api_key=new_key())
    _check(form, values)
    form.save()
    enter_key(form.api_key, form.pk)
    record(actor, form, "form.created")
    return form


@domain_action(permission="marketing.change_form")
def change_form(form: Form, values: Values, *, actor: Actor) -> Form:
    """Change the columns named in `values`; what was sent before stays as it was."""
    form = lock(form)
    _check(Form(**{name: values.get(name, getattr(form, name)) for name in CHECKED}), values)
    amend(form, values, actor=actor, action="form.changed")
    return form


@domain_action(permission="marketing.change_form")
def rotate_key(form: Form, *, actor: Actor) -> Form:
    """Give a form another key: pages with the former one find nothing any more."""
    form = lock(form)
    amend(form, {"api_key": new_key()}, actor=actor, action="form.key_rotated")
    enter_key(form.api_key, form.pk)
    return form


@domain_action(permission="marketing.delete_form")
def delete_form(form: Form, *, actor: Actor) -> None:
    """Delete a form softly: its key leads nowhere, and what was sent by it is kept."""
    form = lock(form)
    amend(form, {"deleted_at": timezone.now()}, actor=actor, action="form.deleted")
    drop_key(form.pk)


@domain_action(permission="marketing.delete_form")
def restore_form(form: Form, *, actor: Actor) -> Form:
    """Take a form out of the bin: the key that its pages have leads to it again."""
    form = lock(form, deleted=True)
    refuse_expired(form)
    amend(form, {"deleted_at": None}, actor=actor, action="form.restored")
    enter_key(form.api_key, form.pk)
    return form


# Columns that a refusal may hang on.
CHECKED = ("assignment", "owner_id", "consent_text", "consent_required", "double_opt_in")


def _check(form: Form, values: Values) -> None:
    """Refuse users who are not active, an owner's form without one, and consent to nothing."""
    named = {"owner_id": [values.get("owner_id")], "assignee_ids": values.get("assignee_ids") or []}
    wanted = {pk for pks in named.values() for pk in pks if pk is not None}
    known = set(User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)) if wanted else set()
    if values.get("owner_id") is not None and values["owner_id"] not in known:
        raise DomainError(UNKNOWN_USER, field="owner_id", code="unknown_reference")
    unknown = [place for place, pk in enumerate(named["assignee_ids"]) if pk not in known]
    if unknown:
        errors = {f"assignee_ids.{place}": [UNKNOWN_USER] for place in unknown}
        raise DomainError(UNKNOWN_USER, errors=errors, code="unknown_reference")
    if form.assignment == Assignment.OWNER and form.owner_id is None:
        raise DomainError(_("Say who is to get the contacts."), field="owner_id")
    if (form.consent_required or form.double_opt_in) and not form.consent_text:
        raise DomainError(_("Say what people are to consent to."), field="consent_text")
