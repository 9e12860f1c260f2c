"""How fast mails may go out: for each tenant, and to each domain from all tenants together.

Leaky buckets in Redis, exact for all senders: each mail moves the moment at which its bucket will have leaked out,
and must wait for as long as that is further ahead than one second's worth. Where Redis does not answer, each sender
keeps to its share of the rate by itself: campaigns go on, and never faster than allowed.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from leadercrm.core.api.throttling import redis_client

# KEYS: the tenant's bucket, and one for each mail's domain. ARGV: seconds per mail of the tenant, of a domain.
# Returns for each mail the seconds that it has to wait, as text; those that wait not at all are counted.
TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local waits = {}
local function full_at(key) return math.max(tonumber(redis.call('GET', key) or '0'), now) end
for place = 2, #KEYS do
  local wait = 0
  for index, key in ipairs({KEYS[1], KEYS[place]}) do
    if tonumber(ARGV[index]) > 0 then wait = math.max(wait, full_at(key) - now - 1) end
  end
  if wait <= 0 then
    for index, key in ipairs({KEYS[1], KEYS[place]}) do
      local each = tonumber(ARGV[index])
      if each > 0 then
        local full = full_at(key) + each
        redis.call('SET', key, string.format('%.6f', full), 'EX', math.ceil(full - now) + 1)
      end
    end
  end
  waits[place - 1] = string.format('%.3f', math.max(wait, 0))
end
return waits
"""


class Rates:
    """What this sender asks before it hands over. Rates are mails per second; 0 is no limit."""

    def __init__(self) -> None:
        self._own: dict[str, float] = {}

    def take(self, tenant_id: int, domains: Sequence[str]) -> list[float]:
        """For each mail the seconds that it has to wait: 0 for those that may go now, which are counted."""
        tenant, domain = settings.CAMPAIGN_TENANT_RATE, settings.CAMPAIGN_DOMAIN_RATE
        if not domains or not (tenant or domain):
            return [0.0] * len(domains)
        keys = [f"mail-rate:tenant:{tenant_id}", *(f"mail-rate:domain:{name}" for name in domains)]
        each = [1 / rate if rate else 0.0 for rate in (tenant, domain)]
        try:
            return [float(wait) for wait in _script()(keys=keys, args=each)]
        except redis.RedisError:
            return self._alone(keys, [seconds * settings.CAMPAIGN_SENDERS for seconds in each])

    def _alone(self, keys: Sequence[str], each: Sequence[float]) -> list[float]:
        """The same without Redis, at this sender's share of the rates."""
        now, waits = time.monotonic(), []
        for key in keys[1:]:
            pair = [(name, seconds) for name, seconds in zip((keys[0], key), each, strict=True) if seconds]
            full_at = {name: max(self._own.get(name, 0.0), now) for name, _seconds in pair}
            wait = max([0.0, *(at - now - 1 for at in full_at.values())])
            if wait == 0:
                self._own.update({name: full_at[name] + seconds for name, seconds in pair})
            waits.append(wait)
        self._own = {name: at for name, at in self._own.items() if at > now}
        return waits


@lru_cache(maxsize=1)
def _script() -> Any:
    return redis_client().register_script(TAKE)
