"""Rows that are likely the same: contacts that share an e-mail address, a phone, or full name and company; companies
that share their RFC, their domain or their name.

One statement finds a page of groups, their rows and the exact number of groups. It reads every
visible row's keys, 300,000 of 100,000 contacts in about 220 ms; the page's rows come by the index on the keys.
"""

from typing import Any

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.database import compiled, connection

# A switchboard's number may be thousands of contacts': a group shows its newest, and says how many there are.
MOST_IN_GROUP = 25

# OFFSET 0 keeps the unnesting apart: mixed with the grouping, PostgreSQL takes the number of keys for tiny,
# divides it among parallel workers, sorts, and needs twice the time. A key that one contact has twice
# (two ways of writing a phone) makes no group. The members come by one scan of the index on the keys.
DUPLICATES_SQL = """
WITH visible AS NOT MATERIALIZED ({visible}),
groups AS MATERIALIZED (
  SELECT key, max(id) AS newest
    FROM (SELECT id, unnest(match_keys) AS key FROM visible OFFSET 0) keys
   GROUP BY key HAVING min(id) <> max(id)),
page AS MATERIALIZED (
  SELECT key, newest FROM groups ORDER BY newest DESC, key LIMIT %s OFFSET %s),
members AS MATERIALIZED (
  SELECT key, id, row_number() OVER (PARTITION BY key ORDER BY id DESC) AS place
    FROM (SELECT DISTINCT id, unnest(match_keys) AS key
            FROM visible WHERE match_keys && ARRAY(SELECT key FROM page)) keys
   WHERE key IN (SELECT key FROM page)),
found AS MATERIALIZED (
  SELECT r.id, row_to_json(r) AS row FROM ({rows}) AS r({names})),
written AS (
  SELECT key, newest, max(place) AS count,
         json_agg(row ORDER BY id DESC) FILTER (WHERE place <= {most}) AS rows
    FROM page JOIN members USING (key) LEFT JOIN found USING (id)
   GROUP BY key, newest)
SELECT (SELECT json_agg(json_build_object(
          'key', key,
          'reason', CASE left(key, 1) WHEN 'e' THEN 'email' WHEN 'p' THEN 'phone' WHEN 't' THEN 'tax_id'
                                      WHEN 'd' THEN 'domain' ELSE 'name' END,
          'count', count,
          '{members}', rows) ORDER BY newest DESC, key)::text FROM written),
       (SELECT count(*) FROM page),
       (SELECT count(*) FROM groups)
"""
ON_PAGE = '"{table}"."id" IN (SELECT id FROM members WHERE place <= %s)'


def duplicate_contacts(actor: Actor, *, limit: int, offset: int) -> Page:
    """A page of groups among the contacts that the actor sees, the group of the newest contact first.

    Rows are {"key", "reason": "email", "phone" or "name", "count", "contacts": at most MOST_IN_GROUP rows,
    newest first}.
    """
    return _groups(CONTACTS, "contacts", actor, limit, offset)


def duplicate_companies(actor: Actor, *, limit: int, offset: int) -> Page:
    """The same of companies: {"key", "reason": "tax_id", "domain" or "name", "count", "companies"}."""
    return _groups(COMPANIES, "companies", actor, limit, offset)


def _groups(resource: JsonRows, members: str, actor: Actor, limit: int, offset: int) -> Page:
    visible, seen = compiled(resource.visible(actor).order_by().values_list("id", "match_keys"))
    condition = ON_PAGE.format(table=resource.model._meta.db_table)
    on_page = RawSQL(condition, (MOST_IN_GROUP,), BooleanField())  # noqa: S611 - no text of anybody's
    columns: Any = resource.columns.values()
    rows, filled = compiled(resource.all().filter(on_page).order_by().values_list(*columns))
    names = ", ".join(f'"{name}"' for name in resource.columns)
    sql = DUPLICATES_SQL.format(visible=visible, rows=rows, names=names, members=members, most=MOST_IN_GROUP)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*seen, limit, offset, *filled])
        groups, count, total = cursor.fetchone()
    return Page(groups or "[]", count, total)
