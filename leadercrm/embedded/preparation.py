"""What is done between the servers' start and the web server's: files for browsers, migrations, demo data."""

import traceback
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, connections

from leadercrm.core import statics
from leadercrm.embedded.errors import ExplainedError

# In this process: each Django of its own would cost a second of every start.
MIGRATE: Sequence[str] = ("migrate_fleet",)
DEMO: Sequence[str] = ("demo", "--if-missing")


def prepare(log_dir: Path, *, with_demo: bool) -> None:
    """Bring the database up to date and, if wanted, see that the demo tenant is there.

    The demo's password is published: it is for a database that `up` has made itself.
    """
    log_dir.mkdir(parents=True, exist_ok=True)
    with (log_dir / "prepare.log").open("a") as log:
        try:
            statics.collect(stdout=log, stderr=log)
            for command in (MIGRATE, *([DEMO] if with_demo else [])):
                call_command(*command, stdout=log, stderr=log)
        except CommandError as error:
            raise ExplainedError(f"`manage.py {command[0]}` refused: {error}") from error
        except Exception as error:
            traceback.print_exc(file=log)
            raise ExplainedError(
                f"`manage.py {command[0]}` failed ({type(error).__name__}: {error}); see {log.name}"
            ) from error
        finally:
            connections.close_all()


def require_database() -> None:
    """Refuse a DATABASE_URL that does not answer, without showing its password."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        where = f"{settings.DATABASES['default'].get('HOST') or 'its socket'}"
        raise ExplainedError(f"PostgreSQL of DATABASE_URL ({where}) does not answer: {error}") from error
