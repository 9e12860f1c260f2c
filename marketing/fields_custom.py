"""Tests on a contact's custom fields, which are JSON: as a number where a number is given, else as a text."""

from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from marketing.comparing import NULLS, NUMBERS, ORDER, TEXTS, Test, Value, any_of, with_opposites
from marketing.folding import BEGINS, FOLDED, HOLDS, SAME

CUSTOM_OPERATORS = tuple(dict.fromkeys((*TEXTS, *NUMBERS)))
TEXT = '("crm_contact"."custom_fields" ->> %s)'
NUMBER = f"(CASE WHEN {TEXT} ~ '^-?[0-9]{{1,15}}(\\.[0-9]{{1,10}})?$' THEN {TEXT}::numeric END)"


def raw(sql: str, *params: Any) -> Q:
    """A truth that the ORM has no words for. `sql` is ours; only `params` come from outside."""
    return Q(RawSQL(sql, params, BooleanField()))  # noqa: S611 - constants of marketing's


def like(text: str) -> str:
    """A text as itself in a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def custom_test(key: str) -> Test:
    """On the custom field of that key."""

    def test(operator: str, value: Value) -> Q:
        if operator in NULLS:
            return raw(f"coalesce({TEXT}, '') {'=' if operator == 'is_null' else '<>'} ''", key)
        if operator in ORDER:
            return _ordered(key, operator, value)
        plain = {
            "=": lambda: _same(key, value),
            "in": lambda: any_of(_same(key, each) for each in value),
            "contains": lambda: raw(_known(HOLDS), key, str(value)),
            "starts_with": lambda: raw(_known(BEGINS), key, str(value)),
        }
        return with_opposites(plain, operator)

    return test


def _same(key: str, value: Value) -> Q:
    if isinstance(value, bool):
        return raw(f"coalesce({TEXT} = %s, false)", key, "true" if value else "false")
    if isinstance(value, (int, float)):
        return raw(f"coalesce({NUMBER} = %s, false)", key, key, value)
    return raw(_known(SAME), key, value)


def _known(comparison: str) -> str:
    """A comparison of texts (marketing.folding) on the field, false where it has none."""
    return f"coalesce({comparison.format(FOLDED.format(TEXT))}, false)"


def _ordered(key: str, operator: str, value: Value) -> Q:
    if isinstance(value, str):  # dates as ISO 8601 writes them, and other texts
        return raw(f"coalesce({TEXT} {operator} %s, false)", key, value)
    return raw(f"coalesce({NUMBER} {operator} %s, false)", key, key, value)
