"""What the test suite overrides; nothing else."""

import os
from pathlib import Path

from leadercrm.core.testing.redis_databases import database_of_this_process

if "REDIS_URL" in os.environ:  # for the settings, and for the processes that tests start
    os.environ["REDIS_URL"] = database_of_this_process(os.environ["REDIS_URL"])
if "LEADERCRM_DATA_DIR" in os.environ and "PYTEST_XDIST_WORKER" in os.environ:  # files of its own as well
    own = Path(os.environ["LEADERCRM_DATA_DIR"], os.environ["PYTEST_XDIST_WORKER"])
    own.mkdir(exist_ok=True)
    os.environ["LEADERCRM_DATA_DIR"] = str(own)

from leadercrm.settings import *  # noqa: F403

SECRET_KEY = "test-secret-key-that-is-long-enough-for-everything"  # noqa: S105
ALLOWED_HOSTS = ["*"]
