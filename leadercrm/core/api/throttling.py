"""Rate limits, exact under parallel load: one atomic script in Redis counts and judges."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from leadercrm.core.errors import TooManyRequests

COUNT = """
local n = redis.call('INCRBY', KEYS[1], ARGV[2])
if n == tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {n, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True)
class Limit:
    """At most `most` requests in `seconds`, counted from the first one (contract A-65).

    A limit that guards a secret fails closed: without Redis the request is refused (503).
    """

    name: str
    most: int
    seconds: int
    fails_closed: bool = False

    def spend(self, subject: str, requests: int = 1) -> dict[str, str]:
        """Count a request of `subject`, or several; returns the X-RateLimit headers, or raises TooManyRequests."""
        if not settings.RATE_LIMITS:
            return {}
        try:
            count, left_ms = _script()(keys=[f"limit:{self.name}:{subject}"], args=[self.seconds * 1000, requests])
        except redis.RedisError:
            if self.fails_closed:
                raise
            return {}
        reset = max(1, -(-left_ms // 1000))
        if count > self.most:
            refusal = TooManyRequests(reset)
            refusal.headers = self._headers(0, reset)
            raise refusal
        return self._headers(self.most - count, reset)

    def _headers(self, remaining: int, reset: int) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": str(int(time.time()) + reset),
        }


@lru_cache(maxsize=1)
def _script() -> Any:
    return redis_client().register_script(COUNT)


@lru_cache(maxsize=1)
def redis_client() -> redis.Redis:
    """This process's Redis client; it hands each thread a connection of its own."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


LOGIN = Limit("login", 10, 60, fails_closed=True)
REGISTER = Limit("register", 5, 3600, fails_closed=True)
# Whether an address has an account or not: it is counted alike, so that the count tells nothing.
FORGOTTEN_BY_EMAIL = Limit("forgotten-email", 5, 3600, fails_closed=True)
FORGOTTEN_BY_IP = Limit("forgotten-ip", 20, 3600, fails_closed=True)
LINK = Limit("link", 20, 60, fails_closed=True)
# Mails to people who are no users yet, by tenant.
INVITE = Limit("invite", 60, 3600, fails_closed=True)
TOKEN = Limit("token", 300, 60)
# Lead forms: by key and address; by key, whoever sends; by address, for keys that lead nowhere; by key and e-mail.
FORM = Limit("form", 30, 60)
FORM_KEY = Limit("form-key", 600, 60)
FORM_MISS = Limit("form-miss", 60, 60)
FORM_EMAIL = Limit("form-email", 10, 3600)
POSTAL = Limit("postal", 60, 60)
ANONYMOUS = Limit("anonymous", 300, 60)
# Clients at their documents: pages by address, files and answers by document as well.
PUBLIC = Limit("public", 120, 60)
PUBLIC_FILE = Limit("public-file", 30, 60)
PUBLIC_ANSWER = Limit("public-answer", 10, 600, fails_closed=True)
# Clients of the authorization server: their requests by address, and how many of them introduce themselves.
OAUTH = Limit("oauth", 120, 60)
OAUTH_CLIENTS = Limit("oauth-clients", 20, 3600, fails_closed=True)
VERIFY = Limit("verify", 20, 60, fails_closed=True)
