"""What the test suite overrides; nothing else."""

from leadercrm.settings import *  # noqa: F403

SECRET_KEY = "test-secret-key-that-is-long-enough-for-everything"  # noqa: S105
ALLOWED_HOSTS = ["*"]
