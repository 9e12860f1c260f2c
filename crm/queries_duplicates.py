"""Contacts that are likely the same person: they share an e-mail address, a phone, or full name and company.

One statement finds a page of groups, their contacts and the exact number of groups. It reads every
visible contact's keys, 300,000 of 100,000 contacts in about 220 ms; the page's contacts come by the index on the keys.
"""

from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from crm.models import Contact
from crm.queries import CONTACT_COLUMNS, CONTACTS
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import Page
from leadercrm.core.database import connection

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
contacts AS MATERIALIZED (
  SELECT r.id, row_to_json(r) AS row FROM ({rows}) AS r({names})),
written AS (
  SELECT key, newest, max(place) AS count,
         json_agg(row ORDER BY id DESC) FILTER (WHERE place <= {most}) AS rows
    FROM page JOIN members USING (key) LEFT JOIN contacts USING (id)
   GROUP BY key, newest)
SELECT (SELECT json_agg(json_build_object(
          'key', key,
          'reason', CASE left(key, 1) WHEN 'e' THEN 'email' WHEN 'p' THEN 'phone' ELSE 'name' END,
          'count', count,
          'contacts', rows) ORDER BY newest DESC, key)::text FROM written),
       (SELECT count(*) FROM page),
       (SELECT count(*) FROM groups)
"""
ON_PAGE = '"crm_contact"."id" IN (SELECT id FROM members WHERE place <= %s)'


def duplicate_groups(actor: Actor, *, limit: int, offset: int) -> Page:
    """A page of groups among the contacts that the actor sees, the group of the newest contact first.

    Rows are {"key", "reason": "email", "phone" or "name", "count", "contacts": at most MOST_IN_GROUP rows,
    newest first}.
    """
    visible, seen = _compiled(CONTACTS.visible(actor).values_list("id", "match_keys"))
    on_page = RawSQL(ON_PAGE, (MOST_IN_GROUP,), BooleanField())  # noqa: S611 - no text of anybody's
    columns: Any = CONTACT_COLUMNS.values()
    rows, filled = _compiled(Contact.objects.filter(on_page).values_list(*columns))
    names = ", ".join(f'"{name}"' for name in CONTACT_COLUMNS)
    sql = DUPLICATES_SQL.format(visible=visible, rows=rows, names=names, most=MOST_IN_GROUP)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*seen, limit, offset, *filled])
        groups, count, total = cursor.fetchone()
    return Page(groups or "[]", count, total)


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    sql, params = rows.order_by().query.sql_with_params()
    return sql, tuple(params)
