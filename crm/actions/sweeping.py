"""The last part of an erasure: the audit's values, and whatever else in the account holds an address of the person."""

from typing import Any

from crm.erasing import BLANK, Subject
from leadercrm.core.database import connection
from leadercrm.core.models import AuditEntry

# Whose texts are other people's, or seen to by their own app, or what lets somebody in.
SPARED = (
    "crm_contact", "crm_company", "crm_erasure", "core_auditentry", "core_idempotencykey", "django_migrations",
)  # fmt: skip
SPARED_APPS = ("billing_", "accounts_")
# Here whole rows are quoted, in pieces that no pattern finds: what was told to others, asked by agents, or imported.
# A value in which the person stands goes altogether.
QUOTING_APPS = ("webhooks_", "agents_", "lists_")
NOTHING = {"jsonb": "'{}'::jsonb", "ARRAY": "'{}'"}
TEXTS = """
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
      JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
       AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY') ORDER BY 1, 2
"""
# Entries of other contacts, companies and users are theirs, and those of what is kept are kept with it.
SPARED_ENTRIES = """
    object_type NOT IN ('crm.contact', 'crm.company') AND object_type NOT LIKE 'accounts.%%'
    AND object_type NOT LIKE 'billing.%%'
"""


def gather_former_values(subject: Subject) -> None:
    """By what the person was known before, as the audit has it: what was changed long ago is erased, too."""
    entries = AuditEntry.objects.filter(object_type="crm.contact", object_id__in=subject.ids)
    for changes in entries.order_by("pk").values_list("changes", flat=True):
        sides: list[dict[str, Any]] = [{}, {}]
        for name, pair in changes.items():
            for side, value in zip(sides, pair if isinstance(pair, list) and len(pair) == 2 else (), strict=False):
                side[name] = value
        for side in sides:
            subject.emails |= {entry["email"].lower() for entry in side.get("emails") or () if "email" in entry}
            subject.phones |= {entry["phone"] for entry in side.get("phones") or () if "phone" in entry}
            name = f"{side.get('first_name') or ''} {side.get('last_name') or ''}".strip()
            subject.names |= {name} if " " in name else set()


def sweep(subject: Subject) -> None:
    """Blank the audit of what was erased, and the person's addresses wherever else they stand."""
    _blank_audit(subject)
    _forget_answers(subject)
    if not subject.all_words:
        return
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        found = cursor.fetchall()
        for table, column, kind in found:
            if table in SPARED or table.startswith(SPARED_APPS):
                continue
            if table.startswith(QUOTING_APPS):
                _empty(cursor, table, column, kind, subject)
                continue
            if kind == "ARRAY" or not subject.addresses:
                continue
            cast = "::jsonb" if kind == "jsonb" else ""
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = regexp_replace("{column}"::text, %s, %s, \'gi\'){cast}'  # noqa: S608
                f' WHERE "{column}"::text ~* %s',
                [subject.addresses, BLANK, subject.addresses],
            )


def _empty(cursor: Any, table: str, column: str, kind: str, subject: Subject) -> None:
    nothing = NOTHING.get(kind, "''")
    cursor.execute(f'UPDATE "{table}" SET "{column}" = {nothing} WHERE "{column}"::text ~* %s', [subject.all_words])  # noqa: S608


def _blank_audit(subject: Subject) -> None:
    """Who did what and when stays; what it was goes."""
    with connection.cursor() as cursor:
        for label, ids in subject.told.items():
            cursor.execute(
                "UPDATE core_auditentry SET changes = '{}', label = '', ip = NULL"
                " WHERE object_type = %s AND object_id = ANY(%s)",
                [label, sorted(ids)],
            )
        if subject.addresses:
            for column, cast in (("changes", "::jsonb"), ("label", "")):
                cursor.execute(
                    f"UPDATE core_auditentry SET {column} = regexp_replace({column}::text, %s, %s, 'gi'){cast}"  # noqa: S608
                    f" WHERE {column}::text ~* %s AND {SPARED_ENTRIES}",
                    [subject.addresses, BLANK, subject.addresses],
                )


def _forget_answers(subject: Subject) -> None:
    """Answers that are kept for a day, to be given again: which of them name the person is not told by a pattern."""
    words = [text.encode() for text in (*subject.emails, *subject.phones, *subject.names) if text]
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute("DELETE FROM core_idempotencykey WHERE position(%s::bytea in body) > 0", [word])
