"""A few rows for a page: the right ones, and nothing is counted for them."""

from functools import partial

from crm.actions.activities import create_activity
from crm.actions.contacts import create_contact
from crm.filters import ContactFilter
from crm.queries import CONTACTS
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.web.reading import first_rows, page_of

FILTERS = ContactFilter.base_filters
COUNT = "SELECT count(*) FROM ("


def test_the_first_rows_come_without_a_count(alfa: TestTenant) -> None:
    actor = alfa.actor()
    contacts = [create_contact({"first_name": name}, actor=actor) for name in ("Ana", "Eva", "Ivo", "Ute")]
    about = {"activitable_type": r"App\Models\Contact", "activitable_id": contacts[3].pk}
    create_activity({"subject": "Llamar", **about}, actor=actor)
    query = {"without_activity": "true"}
    assert [row["first_name"] for row in first_rows(CONTACTS, actor, FILTERS, query, 2)] == ["Ivo", "Eva"]
    few = statements_of(partial(first_rows, CONTACTS, actor, FILTERS, query, 2))
    page = statements_of(partial(page_of, CONTACTS, actor, filters=FILTERS, query=query, limit=2))
    assert [any(COUNT in sql for sql in statements) for statements in (few, page)] == [False, True]
