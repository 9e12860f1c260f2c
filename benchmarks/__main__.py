"""`python -m benchmarks`: load data into an empty database, measure, write RESULTS.md.

Takes DATABASE_URL and REDIS_URL from the environment; `make bench` sets them to throw-away servers.
Exit code 1: errors in an answer, or more SQL statements than allowed. A missed speed is told, no more.
"""

import os
import sys

import django

os.environ.update(
    DJANGO_SETTINGS_MODULE="leadercrm.settings", LEADERCRM_RATE_LIMITS="off", LEADERCRM_LOG_LEVEL="WARNING"
)
django.setup()

from benchmarks.run import main  # noqa: E402 - models can be imported only now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
