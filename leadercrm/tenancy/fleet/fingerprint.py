"""What a schema is made of, written so that two schemas can be compared."""

from django.db import connection, transaction

# Each query gives lines for the schema %(schema)s. Names come from the catalog, definitions from
# PostgreSQL's own printers under an empty search_path, so that they name the schema everywhere.
QUERIES = {
    "column": """
        SELECT c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               a.attcollation, a.attstorage, pg_get_expr(d.adbin, d.adrelid)
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')""",
    "relation": """
        SELECT c.relname, c.relkind, c.relpersistence, c.reloptions, c.relreplident, c.relrowsecurity,
               CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
          FROM pg_class c WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind <> 't'""",
    "index": """
        SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE c.relnamespace = %(schema)s::regnamespace""",
    "constraint": """
        SELECT conrelid::regclass, conname, contype, condeferrable, condeferred, convalidated,
               pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace""",
    "sequence": """
        SELECT s.sequencename, s.data_type, s.start_value, s.min_value, s.max_value, s.increment_by,
               s.cycle, s.cache_size, d.refobjid::regclass, d.refobjsubid, d.deptype
          FROM pg_sequences s
          LEFT JOIN pg_depend d ON d.objid = format('%%I.%%I', s.schemaname, s.sequencename)::regclass
                               AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
         WHERE s.schemaname = %(schema)s""",
    "position": """
        SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %(schema)s""",
    "function": """
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p
         WHERE p.pronamespace = %(schema)s::regnamespace AND p.prokind IN ('f', 'p')""",
    "trigger": """
        SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal""",
}


def fingerprint(schema_name: str) -> set[str]:
    """A line for each column, relation, index, constraint, sequence and its position, function and trigger."""
    lines = set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute("SELECT set_config('search_path', '', true)")
        for kind, query in QUERIES.items():
            cursor.execute(query, {"schema": schema_name})
            lines |= {f"{kind} {row}".replace(schema_name, "*") for row in cursor.fetchall()}
        cursor.execute("SELECT set_config('search_path', %s, true)", [path])
    return lines


def row_counts(schema_name: str) -> dict[str, int]:
    """How many rows each table of the schema holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{schema_name}"."{table}"')  # noqa: S608, names of the catalog
            counts[table] = cursor.fetchone()[0]
        return counts
