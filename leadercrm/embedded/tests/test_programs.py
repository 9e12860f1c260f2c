"""The programs of the one-machine default: between them they take from every queue that a task goes to."""

from pathlib import Path

from celery import current_app

from leadercrm.embedded.stack import celery_programs


def queues_of_tasks() -> set[str]:
    """Where the registered tasks go."""
    current_app.loader.import_default_modules()
    router = current_app.amqp.router
    return {router.route({}, name)["queue"].name for name in current_app.tasks if not name.startswith("celery.")}


def test_every_queue_has_somebody_who_takes_from_it(tmp_path: Path) -> None:
    workers = [program.argv for program in celery_programs(tmp_path, 0, {}) if "worker" in program.argv]
    taken = {argv[argv.index("-Q") + 1] for argv in workers}
    assert queues_of_tasks() == taken == {"celery", "campaigns"}
    # As documented: a worker that is not told takes from all.
    assert set(current_app.amqp.queues) == taken
