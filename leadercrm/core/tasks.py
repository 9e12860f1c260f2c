"""Celery's part: a task base that binds its tenant, and the doorbell."""

from typing import Any

from celery import Task, shared_task
from django.conf import settings

from leadercrm.core import outbox, ports, returned_mail
from leadercrm.core.database import connection


class TenantTask(Task[Any, Any]):
    """A task whose first argument is the tenant's id, and that runs bound to that tenant.

    Celery swallows what its signal handlers raise, so the binding happens here, in the call itself.
    A task over all tenants says `across_tenants = True` and binds each one itself.
    """

    abstract = True
    across_tenants = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if connection.schema_name != "public":
            connection.set_schema_to_public()
        if self.across_tenants:
            return super().__call__(*args, **kwargs)
        if not args or type(args[0]) is not int:
            raise TypeError(f"{self.name} needs the tenant's id as its first argument")
        with ports.bind_tenant(args[0]):
            return super().__call__(*args, **kwargs)


@shared_task(name="core.run_work")
def run_work(tenant_id: int, work_id: int) -> None:
    """Somebody rang: look whether this row is to be done."""
    outbox.run(work_id)


@shared_task(name="core.read_bounces", base=TenantTask, across_tenants=True)
def read_bounces() -> int:
    """Take in the mails that came back, where a mailbox is named; how many were about mails of ours."""
    return returned_mail.read_all().told if settings.BOUNCE_MAILBOX else 0


def ring(tenant_id: int, work_id: int) -> None:
    """Tell a worker to look at a row. A broker that does not answer is no error: the sweeper comes by."""
    send(run_work, tenant_id, work_id)


def send(task: Task[Any, Any], *arguments: Any, **options: Any) -> bool:
    """Send a task that a sweep would come upon as well; False when the broker does not take it.

    Never raises: it is called after a commit, and whatever the broker's client says (refused, timed
    out, a full or read-only Redis), the change has happened and must be answered as such. How long a
    dead broker may hold it up: CELERY_BROKER_TRANSPORT_OPTIONS.
    """
    try:
        task.apply_async(arguments, retry=False, ignore_result=True, **options)
    except Exception as error:
        outbox.logger.warning("no broker (%s); a sweep will do what %s%s was for", error, task.name, arguments)
        return False
    return True
