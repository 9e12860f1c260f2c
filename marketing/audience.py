"""Whom a campaign goes to: frozen, one row for each address, by one statement.

Left out are those without an address. Whoever gets no mail for another reason (marketing.silenced) has a row that
says so. Of several contacts with one address, the first one counts that may get it.
"""

from datetime import UTC, datetime
from typing import Any

from leadercrm.core.database import compiled, connection
from marketing.members import contacts_of
from marketing.models import Campaign
from marketing.silenced import JOINS, REASON, frequency_cap

# Due so late are those who wait for the better one of two subjects.
HELD = datetime(2999, 1, 1, tzinfo=UTC)
# An audience of 100,000 takes longer to write than a request may otherwise.
TIMEOUT = "SET LOCAL statement_timeout = '120s'"
FREEZE = """
    WITH person AS (
        SELECT c.id, lower(c.emails -> 0 ->> 'email') AS email, c.first_name, c.last_name, c.job_title, c.city,
               co.name AS company_name
          FROM ({members}) AS member(id)
          JOIN crm_contact c ON c.id = member.id
          LEFT JOIN crm_company co ON co.id = c.company_id
         WHERE coalesce(c.emails -> 0 ->> 'email', '') <> ''
    ), asked AS (
        SELECT person.*, {reason} AS skipped FROM person {joins}
    ), one AS (
        SELECT DISTINCT ON (email) asked.* FROM asked ORDER BY email, skipped <> '', id
    ), found AS (
        SELECT one.*, {place} AS place, {size} AS size FROM one
    ), frozen AS (
        INSERT INTO marketing_campaignrecipient
            (campaign_id, contact_id, email, "values", variant, status, skipped, due_at, attempts, claimed_by, reply)
        SELECT %s, id, email,
               CASE WHEN skipped = '' THEN jsonb_strip_nulls(jsonb_build_object(
                   'first_name', first_name, 'last_name', last_name,
                   'full_name', concat_ws(' ', first_name, last_name),
                   'email', email, 'company_name', company_name, 'job_title', job_title, 'city', city))
                    ELSE '{{}}' END,
               CASE WHEN place > size / 2 AND place <= size THEN 'b' ELSE 'a' END,
               CASE WHEN skipped = '' THEN 'queued' ELSE 'suppressed' END, skipped,
               CASE WHEN place <= size OR size = 0 THEN now() ELSE %s END,
               0, '', ''
          FROM found
        RETURNING skipped
    )
    SELECT count(*) FILTER (WHERE skipped = ''), count(*) FROM frozen
"""
# Each of those who may get it has a place by lot, and so many of them try the subjects.
LOT = "row_number() OVER (PARTITION BY skipped ORDER BY random())"
TRYING = "greatest(2, count(*) FILTER (WHERE skipped = '') OVER () * %s / 100)"
HAD_ENOUGH = """WHEN person.email IN (
                  SELECT r.email FROM marketing_campaignrecipient r
                   WHERE r.sent_at > now() - make_interval(days => %s) GROUP BY r.email HAVING count(*) >= %s)
              THEN 'cap'"""


def freeze(campaign: Campaign) -> int:
    """Write the audience as it is at this moment; returns how many of it are to get the mail.

    With a second subject a share gets one or the other now, and the rest waits for the better one.
    """
    members, given = compiled(contacts_of(campaign.segment).values_list("pk"))  # type: ignore[arg-type]
    cap, testing = frequency_cap(), bool(campaign.subject_b)
    sql = FREEZE.format(
        members=members,
        reason=REASON.format(topic="%s", rest=HAD_ENOUGH if cap else ""),
        joins=JOINS.format(email="person.email", contact="person.id"),
        place=LOT if testing else "0",
        size=TRYING if testing else "0",
    )
    asked: list[Any] = [*given, campaign.topic, *(reversed(cap) if cap else ())]
    trying = [campaign.test_share] if testing else []
    with connection.cursor() as cursor:
        cursor.execute(TIMEOUT)
        cursor.execute(sql, [*asked, *trying, campaign.pk, HELD])
        row = cursor.fetchone()
    return int(row[0])
