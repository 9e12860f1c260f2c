"""How fast mails may go out: for each tenant, and to each domain from all tenants together.

Leaky buckets in Redis, exact for all senders. A bucket is the moment at which it will have leaked out; each mail
moves it on, and it holds one second's worth.

A tenant whose bucket is full waits as a whole, for a moment. A mail to a domain whose bucket is full is given the
place that it will have in there, and comes back at that time, as `reserved`: a hundred thousand mails to one domain
are each put off once, and not again and again. Where the place is far away, none is given, and the mail asks later.

Where Redis does not answer, each sender keeps to its share of the rates by itself: campaigns go on, and never faster
than allowed.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from leadercrm.core.api.throttling import redis_client

BURST_SECONDS = 1.0
# A tenant that has to wait does so for a handful of mails at least, and not for each one.
LEAST_WAIT = 0.25
# Places further away than this are not given: a pause or a restart may come first.
FURTHEST = 600.0

# KEYS: a bucket. ARGV: seconds per mail, and how far ahead it may be to take another one. Returns how far it was.
MOVE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local ahead = math.max(tonumber(redis.call('GET', KEYS[1]) or '0') - now, 0)
local each, most = tonumber(ARGV[1]), tonumber(ARGV[2])
if ahead <= most then
  redis.call('SET', KEYS[1], string.format('%.6f', now + ahead + each), 'EX', math.ceil(ahead + each) + 1)
end
return string.format('%.6f', ahead)
"""


@dataclass(frozen=True)
class Asked:
    """A mail that wants to go out: to which domain, and whether this is the time that it was given."""

    domain: str
    reserved: bool = False


@dataclass(frozen=True)
class Allowed:
    """Whether it may; if not, the pause in seconds, after which it has a place (`reserved`) or asks again."""

    now: bool
    pause: float = 0.0
    reserved: bool = False


class Rates:
    """What a sender asks before it hands over. Rates are mails per second; 0 is no limit."""

    def __init__(self) -> None:
        self._own: dict[str, float] = {}

    def ask(self, tenant_id: int, mails: Sequence[Asked]) -> tuple[list[Allowed], float]:
        """What each mail may do, and how many seconds the tenant as a whole has to wait before it asks again."""
        answers: list[Allowed] = []
        for place, mail in enumerate(mails):
            wait = self._wait(f"mail-rate:tenant:{tenant_id}", settings.CAMPAIGN_TENANT_RATE, BURST_SECONDS)
            if wait > 0:
                answers += [Allowed(False, reserved=later.reserved) for later in mails[place:]]
                return answers, max(wait, LEAST_WAIT)
            answers.append(self._to_domain(mail))
        return answers, 0.0

    def _to_domain(self, mail: Asked) -> Allowed:
        if mail.reserved:
            return Allowed(True)
        wait = self._wait(f"mail-rate:domain:{mail.domain}", settings.CAMPAIGN_DOMAIN_RATE, BURST_SECONDS + FURTHEST)
        if wait > FURTHEST:
            return Allowed(False, FURTHEST * random.uniform(1, 1.5))  # noqa: S311 - spreads load, hides nothing
        return Allowed(wait <= 0, max(wait, 0.0), reserved=wait > 0)

    def _wait(self, bucket: str, rate: float, most: float) -> float:
        """Seconds until a mail that is put into the bucket now may go; it is put there if that is soon enough."""
        if not rate:
            return 0.0
        try:
            ahead = float(_script()(keys=[bucket], args=[1 / rate, most]))
        except redis.RedisError:
            ahead = self._alone(bucket, settings.CAMPAIGN_SENDERS / rate, most)
        return ahead - BURST_SECONDS

    def _alone(self, bucket: str, each: float, most: float) -> float:
        now = time.monotonic()
        self._own = {name: full_at for name, full_at in self._own.items() if full_at > now}
        ahead = self._own.get(bucket, now) - now
        if ahead <= most:
            self._own[bucket] = now + ahead + each
        return ahead


@lru_cache(maxsize=1)
def _script() -> Any:
    return redis_client().register_script(MOVE)
