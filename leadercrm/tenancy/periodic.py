"""Periodic jobs: at most one start per period, however many schedulers ring.

Beat (leadercrm.schedule) sends `tenancy.run_periodic`; a row in `public` decides. The clock is
PostgreSQL's, the same for all.
"""

from datetime import timedelta

from celery import current_app, shared_task
from django.db import connection

from leadercrm.core.tasks import TenantTask

# Schedulers are not in step, and a message travels: a start this much early still counts as on time.
TOLERANCE = 0.9
# A run that has not ended after this long belonged to a worker that died: tasks end after 90 s at most.
LEASE_SECONDS = 120

TAKE_TURN = """
    INSERT INTO public.tenancy_periodicrun AS run (job, started_at) VALUES (%(job)s, clock_timestamp())
        ON CONFLICT (job) DO UPDATE SET started_at = excluded.started_at, finished_at = NULL
     WHERE run.started_at <= clock_timestamp() - make_interval(secs => %(period)s)
       AND (run.finished_at IS NOT NULL OR run.started_at <= clock_timestamp() - make_interval(secs => %(lease)s))
    RETURNING job
"""
END_TURN = "UPDATE public.tenancy_periodicrun SET finished_at = clock_timestamp() WHERE job = %s"


def take_turn(job: str, period: timedelta) -> bool:
    """Whether `job` is to be run now: it has not been started for a period, and is not running."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, {"job": job, "period": period.total_seconds() * TOLERANCE, "lease": LEASE_SECONDS})
        return cursor.fetchone() is not None


def end_turn(job: str) -> None:
    """Say that the run is over, so that the next one need not wait for the lease."""
    with connection.cursor() as cursor:
        cursor.execute(END_TURN, [job])


@shared_task(name="tenancy.run_periodic", base=TenantTask, across_tenants=True)
def run_periodic(task: str, seconds: int) -> bool:
    """Run the Celery task `task`, one over all tenants, if it is its turn; False when it is not."""
    if not take_turn(task, timedelta(seconds=seconds)):
        return False
    try:
        current_app.tasks[task]()
    finally:
        end_turn(task)
    return True
