"""What came of handing a mail over, and what follows from it."""

import random
import re
from dataclasses import dataclass

from django.conf import settings

from marketing.models import RecipientStatus

MOST_TRIES = 6
MOST_OF_A_REPLY = 255
PERMANENT = 500
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
CODE = re.compile(r"\s*([245]\d\d)\b")
# Refusals of one mail, and not of the address for good (RFC 3463): a full or busy mailbox, a large message, a
# server that is not reached or not working, a policy.
PASSING = {(2, 0), (2, 2), (2, 3), (2, 4)}
PASSING_SUBJECTS = (3, 4, 5, 6, 7)
# Codes without an enhanced one that speak of the mailbox (RFC 5321, 4.2.3).
NO_SUCH_MAILBOX = (550, 551, 553)


@dataclass(frozen=True)
class Outcome:
    """The next state of a recipient. `pause`: seconds until the next try; `tries`: what this one counts as;
    `reserved`: whether the next try has been given its place among those to its domain (marketing.delivery.rates).
    """

    status: RecipientStatus
    reply: str = ""
    pause: float = 0.0
    tries: int = 1
    reserved: bool = False


def sent(reply: str) -> Outcome:
    return Outcome(RecipientStatus.SENT, shortened(reply))


def in_doubt(reply: str) -> Outcome:
    """It may have gone out. The mail server gets the length of a lease to make up its mind before it is asked."""
    return Outcome(RecipientStatus.IN_DOUBT, shortened(reply), pause=settings.CAMPAIGN_LEASE_SECONDS)


def failed(reply: str) -> Outcome:
    return Outcome(RecipientStatus.FAILED, shortened(reply))


def untouched(pause: float = 0.0, *, reserved: bool = False) -> Outcome:
    """Nothing of it has been handed over, and not because of it: it is due again, and has lost no try."""
    return Outcome(RecipientStatus.QUEUED, pause=pause, tries=0, reserved=reserved)


def refused(code: int, reply: str, tries: int) -> Outcome:
    """The mail server said no, when `tries` had been made before: for good, or for now."""
    if code >= PERMANENT or tries + 1 >= MOST_TRIES:
        return failed(reply)
    return Outcome(RecipientStatus.QUEUED, shortened(reply), pause=back_off(tries))


def back_off(tries: int) -> float:
    """Seconds until the next try: 2, 8, 32, 128, 512 minutes, give or take a quarter. All six within a day."""
    first: float = settings.CAMPAIGN_BACK_OFF_SECONDS
    return first * 4.0**tries * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def shortened(reply: str) -> str:
    """As it is kept."""
    return " ".join(reply.replace("\x00", "").split())[:MOST_OF_A_REPLY]


def is_for_good(reply: str) -> bool:
    """Whether a refusal says that the address is none, so that it gets no mail any more.

    By the enhanced code where there is one: many servers answer 550 to spam, or when a mailbox is full.
    """
    found = ENHANCED.search(reply)
    if found is not None:
        kind, subject, detail = (int(part) for part in found.groups())
        return kind == 5 and subject not in PASSING_SUBJECTS and (subject, detail) not in PASSING
    code = CODE.match(reply)
    return code is not None and int(code[1]) in NO_SUCH_MAILBOX
