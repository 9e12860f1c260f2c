"""A schema made from the dump is the migrated one; and the comparison can see differences."""

import pytest
from django.db import connection, transaction

from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.fleet.fingerprint import fingerprint, row_counts
from leadercrm.tenancy.fleet.head import TEMPLATE_SCHEMA
from leadercrm.tenancy.fleet.template import inline_identities, prove_faithful
from leadercrm.tenancy.models import SchemaTemplate, Tenant
from leadercrm.tenancy.provisioning import create_schema, refill_spares
from leadercrm.tenancy.tests.scratch import Scratch


def test_made_schema_is_the_migrated_one(fleet: Scratch) -> None:
    refill_spares(1)
    made = Tenant.objects.get().schema_name
    assert fingerprint(made) == fingerprint(TEMPLATE_SCHEMA)
    assert len(fingerprint(made)) > 100
    assert row_counts(made) == row_counts(TEMPLATE_SCHEMA)
    assert row_counts(made)["django_migrations"] == len(SchemaTemplate.objects.get().migrations)


def test_identity_stands_in_create_table(fleet: Scratch) -> None:
    statements = SchemaTemplate.objects.get().statements
    assert not [statement for statement in statements if "ADD GENERATED" in statement]
    assert [statement for statement in statements if "AS IDENTITY" in statement]


def test_identity_with_options_of_its_own_keeps_them() -> None:
    (table,) = inline_identities(
        [
            "CREATE TABLE s.item (\n    id bigint NOT NULL,\n    name text\n);",
            "ALTER TABLE s.item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (\n"
            "    SEQUENCE NAME s.other\n    START WITH 5\n    INCREMENT BY 1\n);",
        ]
    )
    assert "id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s.other START WITH 5 INC" in table
    assert "),\n    name text" in table


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX {}.contact_owner",
        "ALTER TABLE {}.crm_note ALTER COLUMN body DROP NOT NULL",
        "ALTER TABLE {}.accounts_team RENAME CONSTRAINT accounts_team_pkey TO accounts_team_other",
        "SELECT setval('{}.accounts_team_id_seq', 9)",
        "ALTER TABLE {}.crm_contact ALTER COLUMN source SET DEFAULT 'x'",
    ],
)
def test_comparison_sees_a_difference(fleet: Scratch, change: str) -> None:
    with transaction.atomic():
        create_schema("t_other", SchemaTemplate.objects.get())
        assert fingerprint("t_other") == fingerprint(TEMPLATE_SCHEMA)
        with connection.cursor() as cursor:
            cursor.execute(change.format("t_other"))
        assert fingerprint("t_other") != fingerprint(TEMPLATE_SCHEMA)
        transaction.set_rollback(True)


def test_unfaithful_dump_is_refused(fleet: Scratch) -> None:
    template = SchemaTemplate.objects.get()
    template.statements = [line for line in template.statements if "note_contact" not in line]
    with pytest.raises(FleetError, match="note_contact"):
        prove_faithful(template)


def test_schema_needs_a_transaction_and_a_plain_name(fleet: Scratch) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        create_schema("t_outside", SchemaTemplate.objects.get())
    with pytest.raises(ValueError, match="schema name"), transaction.atomic():
        create_schema('t"; DROP SCHEMA public', SchemaTemplate.objects.get())
