"""The rows of recipients, as senders claim and settle them. Each function is one statement, and one commit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from leadercrm.core.database import connection
from leadercrm.core.tally import SHARDS
from leadercrm.tenancy.binding import current_tenant_id
from marketing.delivery.outcomes import Outcome
from marketing.silenced import JOINS, REASON, frequency_cap

NAMED = re.compile(r"%\((\w+)\)s")
# A campaign that was sent is active for as long as one of its mails in doubt can be sent again by hand.
RESUMED_WITHIN_DAYS = 60
ACTIVE = f"""(campaign.deleted_at IS NULL AND (campaign.status = 'sending' OR campaign.status = 'sent'
              AND campaign.sent_at > statement_timestamp() - interval '{RESUMED_WITHIN_DAYS} days'))"""

# A place that was given is lost to whoever comes for it so much later: after a pause, for one.
PUNCTUAL = "interval '10 seconds'"
# Other campaigns' mails to the address count, those included of which it is not known yet what becomes of them.
HAD_ENOUGH = """WHEN %(cap_mails)s::int <= (
        SELECT count(*) FROM marketing_campaignrecipient other
         WHERE other.email = r.email AND other.campaign_id <> r.campaign_id
           AND CASE WHEN other.status IN ('claimed', 'in_doubt') THEN other.claimed_at ELSE other.sent_at END
               > statement_timestamp() - make_interval(days => %(cap_days)s)) THEN 'cap'"""
# Whoever gets no mail of this campaign any more, whatever was frozen: asked in the statement that claims.
SKIPPED = REASON.format(topic="campaign.topic", rest=HAD_ENOUGH)
ASKED = JOINS.format(email="r.email", contact="r.contact_id")

# What is put into the statements are the conditions above.
SETTLE_AND_CLAIM = f"""
    WITH result AS (
        SELECT * FROM jsonb_to_recordset(%(results)s::jsonb)
               AS result (id bigint, status text, reply text, pause float8, tries int, reserved bool)
    ), settled AS (
        UPDATE marketing_campaignrecipient r
           SET status = result.status, reply = result.reply, attempts = r.attempts + result.tries,
               due_at = clock_timestamp() + make_interval(secs => result.pause),
               claimed_by = CASE WHEN result.reserved THEN 'reserved' ELSE r.claimed_by END,
               sent_at = CASE WHEN result.status = 'sent' THEN clock_timestamp() ELSE r.sent_at END
          FROM result WHERE r.id = result.id AND r.status = 'claimed' AND r.claimed_by = %(settled)s
        RETURNING r.campaign_id, r.status
    ), counted AS (
        UPDATE marketing_campaign c SET sent_count = c.sent_count + n.sent, failed_count = c.failed_count + n.failed
          FROM (SELECT campaign_id, count(*) FILTER (WHERE status = 'sent') AS sent,
                       count(*) FILTER (WHERE status = 'failed') AS failed FROM settled GROUP BY campaign_id) n
         WHERE c.id = n.campaign_id
        RETURNING c.id
    ), tallied AS (
        INSERT INTO core_tally AS tally (resource, shard, version, rows)
        SELECT 'marketing.campaignrecipient', floor({SHARDS} * random()), 1, 0 FROM counted
            ON CONFLICT (resource, shard) DO UPDATE SET version = tally.version + 1
    ), next AS MATERIALIZED (
        SELECT r.id, {SKIPPED} AS skipped,
               r.claimed_by = 'reserved' AND r.due_at > statement_timestamp() - {PUNCTUAL} AS reserved
          FROM marketing_campaignrecipient r JOIN marketing_campaign campaign ON campaign.id = r.campaign_id {ASKED}
         WHERE r.campaign_id = %(campaign)s AND r.status = 'queued' AND r.due_at <= statement_timestamp() AND {ACTIVE}
         ORDER BY r.due_at LIMIT %(most)s FOR UPDATE OF r SKIP LOCKED
    )
    UPDATE marketing_campaignrecipient r
       SET status = CASE WHEN next.skipped = '' THEN 'claimed' ELSE 'suppressed' END, skipped = next.skipped,
           claimed_by = %(claim)s, claimed_at = clock_timestamp(), looked_up_at = NULL
      FROM next WHERE r.id = next.id
    RETURNING r.id, r.status::text, r.email::text, r.values, r.variant::text, r.attempts::int, next.reserved
"""  # noqa: S608
GIVE_BACK = """
    UPDATE marketing_campaignrecipient SET status = 'queued' WHERE status = 'claimed' AND claimed_by = %(claim)s
"""
# What a sender had claimed when its campaign was called off, and gave back.
CALL_OFF = """
    UPDATE marketing_campaignrecipient r SET status = 'cancelled' FROM marketing_campaign campaign
     WHERE campaign.id = r.campaign_id AND campaign.id = ANY (%(campaigns)s) AND campaign.status = 'cancelled'
       AND r.status = 'queued'
"""
DUE = f"""
    SELECT campaign.id FROM marketing_campaign campaign
     WHERE {ACTIVE} AND EXISTS (SELECT FROM marketing_campaignrecipient r
            WHERE r.campaign_id = campaign.id AND r.status = 'queued' AND r.due_at <= statement_timestamp())
     ORDER BY campaign.id
"""  # noqa: S608
EXPIRE = """
    UPDATE marketing_campaignrecipient
       SET status = 'in_doubt', reply = %(reply)s, due_at = statement_timestamp(), attempts = attempts + 1
     WHERE status = 'claimed' AND claimed_at < statement_timestamp() - make_interval(secs => %(lease)s)
"""
NEXT_DUE = f"""
    SELECT min(due.at) FROM (
        SELECT (SELECT r.due_at FROM marketing_campaignrecipient r
                 WHERE r.campaign_id = campaign.id AND r.status = 'queued' ORDER BY r.due_at LIMIT 1) AS at
          FROM marketing_campaign campaign WHERE {ACTIVE}
        UNION ALL
        SELECT min(claimed_at) + make_interval(secs => %(lease)s)
          FROM marketing_campaignrecipient WHERE status = 'claimed'
        UNION ALL
        SELECT min(due_at) FROM marketing_campaignrecipient WHERE status = 'in_doubt' AND %(looks_up)s
    ) due
"""  # noqa: S608
FINISHED = """
    SELECT campaign.id FROM marketing_campaign campaign
     WHERE campaign.status = 'sending' AND campaign.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM marketing_campaignrecipient r WHERE r.campaign_id = campaign.id
           AND (r.status = 'queued' OR r.status = 'claimed'
                OR r.status = 'in_doubt' AND r.looked_up_at IS NULL AND %(looks_up)s))
"""
NO_CAP = {"cap_mails": None, "cap_days": 0}
# The advisory lock's first key; the second one is the tenant's id.
CAPPED = 0x63617000
LOCK = "SELECT pg_advisory_xact_lock(%(kind)s, %(tenant)s)"
LOST = "The sender was lost while it handed this over."


@dataclass(frozen=True)
class Claimed:
    """A recipient that this sender may hand over now. `tries` have been made before; `reserved`: it comes at the
    time that it was given (marketing.delivery.rates).
    """

    id: int
    email: str
    values: Mapping[str, str]
    variant: str
    tries: int
    reserved: bool = False


@dataclass(frozen=True)
class Window:
    """What was claimed together, under one name. `taken` counts those that turned out to be silenced, too."""

    claim: str
    campaign_id: int
    rows: Sequence[Claimed]
    taken: int


def turn_over(claim: str, campaign_id: int, most: int, former: str, results: Mapping[int, Outcome]) -> Window:
    """Settle what was claimed as `former`, and claim up to `most` rows of the campaign as `claim`.

    Of the rows to be settled, those whose claim has run out meanwhile are left alone; a second call with the
    same results changes nothing. The rows come in the order in which the campaign froze its recipients, whatever
    order the database updated them in.
    """
    parameters = {
        "results": orjson.dumps([{"id": pk, **_told(outcome)} for pk, outcome in results.items()]).decode(),
        "settled": former,
        "campaign": campaign_id,
        "most": most,
        "claim": claim,
    }
    rows = _capped(parameters) if most and frequency_cap() else _prepared(SETTLE_AND_CLAIM, {**parameters, **NO_CAP})
    claimed = [
        Claimed(pk, email, orjson.loads(values), variant, tries, reserved)
        for pk, status, email, values, variant, tries, reserved in sorted(rows, key=itemgetter(0))
        if status == "claimed"
    ]
    return Window(claim, campaign_id, claimed, len(rows))


def _capped(parameters: Mapping[str, Any]) -> list[Any]:
    """Claim under the tenant's cap: one sender after the other, or two would find room for the same mail."""
    mails, days = frequency_cap() or (None, 0)
    with transaction.atomic():
        _fetch(LOCK, {"kind": CAPPED, "tenant": current_tenant_id()})
        return _prepared(SETTLE_AND_CLAIM, {**parameters, "cap_mails": mails, "cap_days": days})


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": str(outcome.status),
        "reply": outcome.reply,
        "pause": outcome.pause,
        "tries": outcome.tries,
        "reserved": outcome.reserved,
    }


def settle(claim: str, results: Mapping[int, Outcome]) -> None:
    """Settle a last window."""
    if results:
        turn_over("", 0, 0, claim, results)


def give_back(claim: str) -> None:
    """Queue what was claimed by a call whose answer got lost, and that has thus not been handed over."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"claim": claim})


def call_off(campaign_ids: Sequence[int]) -> None:
    """Leave nobody queued of those campaigns that have been cancelled."""
    if campaign_ids:
        with connection.cursor() as cursor:
            cursor.execute(CALL_OFF, {"campaigns": list(campaign_ids)})


def due_campaigns() -> list[int]:
    """The campaigns of the bound tenant with somebody whose time has come."""
    return [pk for (pk,) in _fetch(DUE, {})]


def expire() -> int:
    """Call in doubt whatever a lost sender had claimed; how many rows that were."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"lease": settings.CAMPAIGN_LEASE_SECONDS, "reply": LOST})
        return int(cursor.rowcount)


def next_due() -> datetime | None:
    """When there is something to do in the bound tenant again; None when there is nothing to wait for."""
    rows = _fetch(NEXT_DUE, {"lease": settings.CAMPAIGN_LEASE_SECONDS, "looks_up": bool(settings.CAMPAIGN_LOOKUP)})
    due: datetime | None = rows[0][0]
    return due


def finished_campaigns() -> list[int]:
    """Campaigns that are being sent, and of which nobody is left to send to."""
    return [pk for (pk,) in _fetch(FINISHED, {"looks_up": bool(settings.CAMPAIGN_LOOKUP)})]


def _fetch(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _prepared(sql: str, values: Mapping[str, Any]) -> list[Any]:
    """The same text window after window: planning it would take PostgreSQL longer than carrying it out."""
    text, names = _by_place(sql)
    return connection.run_kept(text, [values[name] for name in names])


@cache
def _by_place(sql: str) -> tuple[str, list[str]]:
    """A statement with its values by their places, and their names in that order."""
    return NAMED.sub("%s", sql), NAMED.findall(sql)
