"""What a token may send and move in a day, counted in the transaction that sends or moves it.

One statement adds to the day's row and says what it has come to. The row is locked until the commit, so that parallel
calls wait for each other and none of them sees room that another has taken; a refusal, or a rollback of any kind,
takes back what was added. It is the last but the tally that an action locks.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor, Caps
from leadercrm.core.clock import tenant_today
from leadercrm.core.database import connection
from leadercrm.core.errors import CapReached
from leadercrm.core.models import TokenUse

ADD = """
    INSERT INTO core_tokenuse AS used (token_id, day, sends, amount) VALUES (%s, %s, %s, %s)
    ON CONFLICT (token_id, day) DO UPDATE
       SET sends = used.sends + excluded.sends, amount = used.amount + excluded.amount
    RETURNING sends, amount
"""
NOTHING = Decimal(0)


def count_sends(actor: Actor, number: int = 1) -> None:
    """Count what leaves the tenant, by recipients. Raises CapReached when the actor's token may send no more today."""
    caps = actor.caps
    if caps is None or caps.sends is None or number <= 0:
        return
    sends, _amount = _add(actor, number, NOTHING)
    if sends > caps.sends:
        raise CapReached(
            _("This token may send %(cap)s times a day; today it has sent %(used)s.")
            % {"cap": caps.sends, "used": sends - number}
        )


def count_amount(actor: Actor, amount: Decimal, currency: str, own_currency: str) -> None:
    """Count money that a token creates or sends. Raises CapReached past its cap, and for money of another currency
    than the tenant's: no rate is certain enough to count by.
    """
    caps = actor.caps
    if caps is None or caps.amount is None or amount <= 0:
        return
    if currency != own_currency:
        raise CapReached(
            _("This token's daily amount is in %(own)s, and this is in %(other)s.")
            % {"own": own_currency, "other": currency}
        )
    _sends, total = _add(actor, 0, amount)
    if total > caps.amount:
        raise CapReached(
            _("This token may move %(cap)s %(currency)s a day; %(left)s are left today, and this is %(amount)s.")
            % {"cap": caps.amount, "currency": currency, "left": caps.amount - (total - amount), "amount": amount}
        )


def caps_of(sends: int | None, amount: Decimal | None) -> Caps | None:
    """The caps of a token, if it has any."""
    return None if sends is None and amount is None else Caps(sends, amount)


def used_today(token_ids: list[int]) -> dict[int, TokenUse]:
    """What these tokens have used today, by token; those that have used nothing are not in it."""
    return {use.token_id: use for use in TokenUse.objects.filter(token_id__in=token_ids, day=tenant_today())}


def _add(actor: Actor, sends: int, amount: Decimal) -> Any:
    return next(iter(connection.run_kept(ADD, [actor.token_id, tenant_today(), sends, amount])), None)
