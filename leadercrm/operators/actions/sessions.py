"""Operators' logins."""

from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Unauthenticated
from leadercrm.operators.audit import actor_for, note, operator_action
from leadercrm.operators.credentials import SESSION_LIFE, end_all, issue
from leadercrm.operators.models import Operator, OperatorSession, Visit


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    return make_password("nobody")


def log_in(*, email: str, password: str, ip: str, request_id: str) -> str:
    """Exchange address and password for a cookie's text. Whatever is wrong looks and takes the same."""
    operator = Operator.objects.filter(email=email.lower()).first()
    hashed = operator.password if operator is not None else _nobodys_password()
    matches = check_password(password, hashed)
    if operator is None or not matches or not operator.is_active:
        raise Unauthenticated(
            _("These credentials do not match our records."), hint=_("Check the address and the password.")
        )
    return open_session(operator, actor=actor_for(operator, ip=ip, request_id=request_id))


@operator_action
def open_session(operator: Operator, *, actor: Actor) -> str:
    """Give a session to an operator whose password has been checked."""
    Operator.objects.filter(pk=operator.pk).update(last_login=timezone.now())
    note(actor, operator, "operator.logged_in")
    return issue(OperatorSession(operator=operator), SESSION_LIFE)


@operator_action
def log_out(session: OperatorSession, *, actor: Actor) -> None:
    """End a session, and the visits that its operator has begun."""
    now = timezone.now()
    OperatorSession.objects.filter(pk=session.pk).update(ended_at=now)
    Visit.objects.filter(operator_id=session.operator_id, ended_at__isnull=True).update(ended_at=now)
    note(actor, session.operator, "operator.logged_out")


def create_operator(*, email: str, name: str, password: str) -> Operator:
    """Make an operator, or give the one who has this address another name and password; their sessions end.

    For the command line of the machine: whoever has that has the database as well.
    """
    if len(password) < 12:
        raise DomainError(_("A password of an operator has at least 12 characters."), field="password")
    values = {"name": name, "password": make_password(password), "is_active": True}
    with transaction.atomic():
        operator, made = Operator.objects.update_or_create(email=email.lower(), defaults=values)
        end_all(operator)
        note(Actor.system("command"), operator, "operator.created" if made else "operator.renewed")
    return operator
