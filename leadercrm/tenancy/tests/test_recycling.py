"""The suite's live tenants: a schema that is used again is a new one."""

from typing import Any

import pytest
from django.db import connection

from crm.actions.contacts import create_contact
from leadercrm.core.testing.recycling import recycle_tenant
from leadercrm.core.testing.tenants import make_tenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.fleet.fingerprint import fingerprint, row_counts
from leadercrm.tenancy.fleet.head import TEMPLATE_SCHEMA
from leadercrm.tenancy.models import LoginIndex, Tenant
from leadercrm.tenancy.tests.scratch import Scratch


def test_a_used_schema_is_as_new(fleet: Scratch) -> None:
    used = make_tenant("Uno")
    with bind(used.bound):
        create_contact({"first_name": "Ana"}, actor=used.actor())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM crm_stage")
    assert fingerprint(used.row.schema_name) != fingerprint(TEMPLATE_SCHEMA)
    recycle_tenant(used.row)
    [spare] = Tenant.objects.all()
    assert (spare.schema_name, spare.claimed_at) == (used.row.schema_name, None)
    assert fingerprint(spare.schema_name) == fingerprint(TEMPLATE_SCHEMA)
    assert row_counts(spare.schema_name) == row_counts(TEMPLATE_SCHEMA)
    assert not LoginIndex.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX {}.product_sku_once",
        "ALTER TABLE {}.accounts_team ADD COLUMN note text",
        "ALTER TABLE {}.billing_evidence DISABLE TRIGGER USER",
    ],
)
def test_a_rebuilt_schema_is_dropped(fleet: Scratch, change: str) -> None:
    used: Any = make_tenant("Uno")
    with connection.cursor() as cursor:
        cursor.execute(change.format(used.row.schema_name))
    recycle_tenant(used.row)
    assert not Tenant.objects.exists()
