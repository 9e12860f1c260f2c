"""The second factor: one-time passwords of an app on the user's telephone (RFC 6238), and what replaces a lost one.

A code is good for its half minute and the one before and after it, and is taken once. Setting up asks for
a code, so that nobody locks themselves out; taking it away asks for one too, or for an administrator.
"""

import hashlib
import hmac
import secrets

import pyotp
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import SecondFactor, User
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Unauthenticated
from leadercrm.core.sealing import seal, unseal

ISSUER = "Leader CRM"
SEALED_AS = "second-factor"
RECOVERY_CODES = 10
STEP_SECONDS = 30
# Between the password and the code on a page; the password itself is not sent to and fro.
CHALLENGE_SECONDS = 300
SALT = "accounts.second-factor"


class SecondFactorNeeded(Unauthenticated):
    """The password was right, and a code has to come with it."""

    code = "second_factor_needed"
    hint = _("Send the code of your authenticator app, or a recovery code, as `code`.")

    def __init__(self, challenge: str) -> None:
        super().__init__(_("A code is needed."), field="code")
        self.challenge = challenge


class WrongCode(Unauthenticated):
    """A code that is not of this moment, or that was used already."""

    code = "wrong_code"
    hint = _("Wait for the next code of your app and try again.")

    def __init__(self) -> None:
        super().__init__(_("The code is not right."), field="code")


@domain_action(permission="accounts.change_own_password")
def begin_second_factor(user: User, *, actor: Actor) -> str:
    """A new secret for the user's app; in force once a code confirms it. Refuses while another one is in force."""
    user = lock(user)
    if SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise DomainError(_("A second factor is in force already."), hint=_("Take it away first."))
    secret = pyotp.random_base32()
    SecondFactor.objects.update_or_create(user=user, defaults={"sealed": seal(SEALED_AS, secret), "recovery": []})
    return secret


@domain_action(permission="accounts.change_own_password")
def confirm_second_factor(user: User, *, code: str, actor: Actor) -> list[str]:
    """Put it in force, by a code of the app; returns the recovery codes, which are shown this once."""
    factor = _locked(user)
    if factor is None or factor.confirmed_at is not None:
        raise DomainError(_("There is nothing to confirm."), field="code")
    if not _take(factor, code):
        raise DomainError(_("The code is not right."), field="code", hint=WrongCode.hint)
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _number in range(RECOVERY_CODES)]
    factor.recovery = [_hashed(each) for each in codes]
    factor.confirmed_at = timezone.now()
    factor.save()
    record(actor, user, "user.second_factor_added", before=snapshot(user))
    return codes


@domain_action(permission="accounts.change_own_password")
def remove_second_factor(user: User, *, code: str, actor: Actor) -> None:
    """Take it away, by a code of it."""
    factor = _locked(user)
    if factor is None:
        return
    if factor.confirmed_at is not None and not _accepts(factor, code):
        raise DomainError(_("The code is not right."), field="code", hint=WrongCode.hint)
    factor.delete()
    record(actor, user, "user.second_factor_removed", before=snapshot(user))


@domain_action(permission="accounts.manage_users")
def reset_second_factor(user: User, *, actor: Actor) -> None:
    """Take it away from a user who has lost telephone and codes."""
    factor = _locked(user)
    if factor is not None:
        factor.delete()
        record(actor, user, "user.second_factor_removed", before=snapshot(user))


def check_second_factor(user: User, code: str | None) -> None:
    """Let in who has no second factor, or gives a code of it, which is spent then. In a transaction of the caller's.

    Raises SecondFactorNeeded without a code, WrongCode with another one.
    """
    factor = _locked(user)
    if factor is None or factor.confirmed_at is None:
        return
    if not code:
        raise SecondFactorNeeded(signing.dumps([user.pk, _fingerprint(user)], salt=SALT))
    if not _accepts(factor, code):
        raise WrongCode


def challenged(challenge: str) -> tuple[int, str]:
    """The user whose password was right a moment ago, and a mark of that password. Raises Unauthenticated."""
    try:
        pk, mark = signing.loads(challenge, salt=SALT, max_age=CHALLENGE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise Unauthenticated(_("That took too long. Log in again."), field="code") from None
    return pk, mark


def _fingerprint(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()[:32]


def still_the_same(user: User, mark: str) -> bool:
    """Whether the password is the one that was checked."""
    return hmac.compare_digest(_fingerprint(user), mark)


def provisioning_uri(user: User, secret: str) -> str:
    """What the QR code for the app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def _locked(user: User) -> SecondFactor | None:
    """The user's row, locked: of two logins with the same code one waits here, and finds it spent."""
    return SecondFactor.objects.select_for_update().filter(user=user).first()


def _accepts(factor: SecondFactor, code: str) -> bool:
    return _take(factor, code) or _take_recovery(factor, code)


def _take(factor: SecondFactor, code: str) -> bool:
    """Spend a code of this moment: neither it nor an earlier one is taken again."""
    totp, now = pyotp.TOTP(unseal(SEALED_AS, factor.sealed)), int(timezone.now().timestamp()) // STEP_SECONDS
    typed = "".join(code.split())
    for step in (now - 1, now, now + 1):
        if step > factor.last_step and hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), typed.encode()):
            factor.last_step = step
            factor.save(update_fields=["last_step"])
            return True
    return False


def _take_recovery(factor: SecondFactor, code: str) -> bool:
    hashed = _hashed(code)
    if hashed not in factor.recovery:
        return False
    factor.recovery = [each for each in factor.recovery if each != hashed]
    factor.save(update_fields=["recovery"])
    return True


def _hashed(code: str) -> str:
    """48 random bits behind a limit on tries need no slow hash."""
    return hashlib.sha256("".join(code.split()).lower().encode()).hexdigest()
