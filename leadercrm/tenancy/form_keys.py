"""From the key of a lead form to its tenant, before any is bound: one statement on `public`, for any key alike.

Keys are compared by their SHA-256 alone, so that how long a wrong one takes says nothing about the right ones.
"""

import orjson

from leadercrm.core.database import connection, fetch_first
from leadercrm.tenancy.binding import BoundTenant, current_tenant_id
from leadercrm.tenancy.credentials import new_secret, secret_hash
from leadercrm.tenancy.models import FormKey

MOST_OF_A_KEY = 64
# The statement sets the search_path, as that of a credential does: binding costs none of its own then.
FIND = """
    SELECT f.form_id, t.id, t.schema_name, t.name, t.settings::text,
           set_config('search_path', quote_ident(t.schema_name) || ', extensions', false)
      FROM public.tenancy_formkey f JOIN public.tenancy_tenant t ON t.id = f.tenant_id
     WHERE f.key_hash = %s AND t.claimed_at IS NOT NULL AND t.suspended_at IS NULL
"""


def new_key() -> str:
    """A key that nobody guesses: 42 letters and digits."""
    return new_secret()


def is_free(key: str) -> bool:
    """Whether no form of any tenant has this key."""
    return not FormKey.objects.filter(key_hash=secret_hash(key)).exists()


def find_form(key: str) -> tuple[BoundTenant, int] | None:
    """The tenant and the form's id that a key leads to; None for a key that is not in force."""
    row = fetch_first(FIND, [secret_hash(key)])
    if row is None:
        return None
    form_id, tenant_id, schema, name, settings, _path = row
    connection.announce_search_path(schema)
    return BoundTenant(tenant_id, schema, name, orjson.loads(settings)), form_id


def enter_key(key: str, form_id: int) -> None:
    """Let `key`, and no other any more, lead to a form of the bound tenant."""
    drop_key(form_id)
    FormKey.objects.create(key_hash=secret_hash(key), tenant_id=current_tenant_id(), form_id=form_id)


def drop_key(form_id: int) -> None:
    """Let no key lead to this form any more."""
    FormKey.objects.filter(tenant_id=current_tenant_id(), form_id=form_id).delete()
