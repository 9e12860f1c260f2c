"""What the test suite overrides; nothing else."""

import tempfile
from pathlib import Path

from leadercrm.settings import *  # noqa: F403

DATA_DIR = Path(tempfile.mkdtemp(prefix="leadercrm-test-"))
STORAGE_DIR = DATA_DIR / "storage"
SECRET_KEY = "test-secret-key-that-is-long-enough-for-everything"  # noqa: S105
ALLOWED_HOSTS = ["*"]
