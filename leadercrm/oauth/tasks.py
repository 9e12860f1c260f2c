"""What time does to clients and codes."""

from celery import shared_task
from django.db import connection

from leadercrm.core.tasks import TenantTask

# Not by the ORM: it would look for rows of the toolkit's own tables, which are made nowhere.
TIDY = (
    "DELETE FROM public.oauth_grant WHERE expires < now() - interval '1 hour'",
    """
    DELETE FROM public.oauth_refreshtoken AS r USING public.tenancy_accesstoken AS t
     WHERE t.id = r.token_id AND least(t.revoked_at, t.expires_at, r.used_at) < now() - interval '90 days'
    """,
    """
    DELETE FROM public.oauth_client AS c
     WHERE c.created < now() - interval '7 days'
       AND NOT EXISTS (SELECT 1 FROM public.oauth_refreshtoken AS r WHERE r.client_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM public.oauth_grant AS g WHERE g.application_id = c.id)
    """,
)


@shared_task(name="oauth.tidy", base=TenantTask, across_tenants=True)
def tidy() -> None:
    """Forget codes that nobody redeemed, refresh tokens long used, and clients that nobody let in for a week."""
    with connection.cursor() as cursor:
        for statement in TIDY:
            cursor.execute(statement)
