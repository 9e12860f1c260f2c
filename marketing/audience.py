"""Whom a campaign goes to: frozen, one row for each address, by one statement.

Left out are those without an address, suppressed addresses, whoever has withdrawn consent, is not to be
contacted or stands in the REPEP, whoever does not want the topic, and whoever has had as many mails as the
tenant allows in so many days (settings: `campaign_cap`, {"mails", "days"}).
"""

from datetime import UTC, datetime
from typing import Any

from leadercrm.core.database import connection
from marketing.members import contacts_of
from marketing.models import Campaign

# Due so late are those who wait for the better one of two subjects.
HELD = datetime(2999, 1, 1, tzinfo=UTC)
# An audience of 100,000 takes longer to write than a request may otherwise.
TIMEOUT = "SET LOCAL statement_timeout = '120s'"
FREEZE = """
    INSERT INTO marketing_campaignrecipient
        (campaign_id, contact_id, email, "values", variant, status, due_at, attempts, claimed_by, reply)
    SELECT %s, found.id, found.email, found.fields,
           CASE WHEN found.place <= found.size / 2 THEN 'a' WHEN found.place <= found.size THEN 'b' ELSE 'a' END,
           'queued',
           CASE WHEN found.place <= found.size OR found.size = 0 THEN now() ELSE %s END,
           0, '', ''
      FROM (
        SELECT one.*, row_number() OVER (ORDER BY random()) AS place,
               CASE WHEN %s THEN greatest(2, count(*) OVER () * %s / 100) ELSE 0 END AS size
          FROM (
            SELECT DISTINCT ON (lower(c.emails -> 0 ->> 'email')) c.id, lower(c.emails -> 0 ->> 'email') AS email,
                   jsonb_strip_nulls(jsonb_build_object(
                       'first_name', c.first_name, 'last_name', c.last_name,
                       'full_name', concat_ws(' ', c.first_name, c.last_name),
                       'email', lower(c.emails -> 0 ->> 'email'), 'company_name', co.name,
                       'job_title', c.job_title, 'city', c.city)) AS fields
              FROM ({members}) AS member(id)
              JOIN crm_contact c ON c.id = member.id
              LEFT JOIN crm_company co ON co.id = c.company_id
             WHERE coalesce(c.emails -> 0 ->> 'email', '') <> ''
               AND NOT EXISTS (SELECT 1 FROM marketing_contactconsent k WHERE k.contact_id = c.id
                                  AND (k.status = 'withdrawn' OR k.do_not_contact OR k.repep))
               AND NOT EXISTS (SELECT 1 FROM marketing_suppression s
                                WHERE s.email = lower(c.emails -> 0 ->> 'email'))
               AND NOT EXISTS (SELECT 1 FROM marketing_mailpreference p
                                WHERE p.email = lower(c.emails -> 0 ->> 'email') AND p.refused ? %s)
               {cap}
             ORDER BY lower(c.emails -> 0 ->> 'email'), c.id
          ) AS one
      ) AS found
"""
CAP = """
               AND (SELECT count(*) FROM marketing_campaignrecipient r
                     WHERE r.email = lower(c.emails -> 0 ->> 'email')
                       AND r.sent_at > now() - make_interval(days => %s)) < %s
"""


def freeze(campaign: Campaign) -> int:
    """Write the audience as it is at this moment; returns how many there are.

    With a second subject a share gets one or the other now, and the rest waits for the better one.
    """
    members, given = contacts_of(campaign.segment).values_list("pk").query.sql_with_params()  # type: ignore[arg-type]
    cap = frequency_cap()
    sql = FREEZE.format(members=members, cap=CAP if cap else "")
    testing = bool(campaign.subject_b)
    params: list[Any] = [campaign.pk, HELD, testing, campaign.test_share, *given, campaign.topic, *(cap or ())]
    with connection.cursor() as cursor:
        cursor.execute(TIMEOUT)
        cursor.execute(sql, params)
        count: int = cursor.rowcount
    return count


def frequency_cap() -> tuple[int, int] | None:
    """(days, mails) that the tenant allows one address; None: as many as there are."""
    settings = getattr(connection.tenant, "settings", None) or {}
    cap = settings.get("campaign_cap") or {}
    return (int(cap["days"]), int(cap["mails"])) if cap.get("days") and cap.get("mails") else None
