"""Texts compared without regard to case and accents, as a search does (contract, G-29): lookups on columns of text.

`Q(city__folded__same="jose")` finds José. PostgreSQL's own `unaccent` folds both sides, what was given once for a
statement and not for each row.
"""

from typing import Any, ClassVar

from django.db.models import CharField, Lookup, TextField, Transform

# With the dictionary named it is not looked up for each row.
FOLDED = "lower(extensions.unaccent('extensions.unaccent'::regdictionary, {}))"
# Marks alone fold to nothing, which every text holds: they are compared as they are.
GIVEN = f"SELECT coalesce(nullif({FOLDED.format('given')}, ''), lower(given))"
GIVEN_ONE = f"({GIVEN} FROM (VALUES (%s::text)) AS one (given))"
GIVEN_MANY = f"ARRAY({GIVEN} FROM unnest(%s::text[]) AS given)"
SAME = "{} = " + GIVEN_ONE
AMONG = "{} = ANY(" + GIVEN_MANY + ")"
HOLDS = "strpos({}, " + GIVEN_ONE + ") > 0"
BEGINS = "starts_with({}, " + GIVEN_ONE + ")"


class Folded(Transform):
    lookup_name = "folded"
    template = FOLDED.format("%(expressions)s")
    output_field = TextField()


class _Comparison(Lookup):
    sql: ClassVar[str]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return self.sql.format(lhs), (*params, self.rhs)


class Same(_Comparison):
    lookup_name, sql = "same", SAME


class Among(_Comparison):
    lookup_name, sql = "among", AMONG

    def get_prep_lookup(self) -> list[str]:
        return list(self.rhs)


class Holds(_Comparison):
    lookup_name, sql = "holds", HOLDS


class Begins(_Comparison):
    lookup_name, sql = "begins", BEGINS


for lookup in (Same, Among, Holds, Begins):
    Folded.register_lookup(lookup)
for kind in (CharField, TextField):
    kind.register_lookup(Folded)
