"""Addresses of people who were erased: nobody writes to them, and nobody can read them here."""

from hashlib import sha256

from django.db import models
from django.utils import timezone


def hash_of(email: str) -> str:
    """What is kept of an address; PostgreSQL says the same (marketing.silenced)."""
    return sha256(email.lower().encode()).hexdigest()


class ErasedAddress(models.Model):
    """The hash of an address, in lower case, that gets no campaign for good, whoever has it."""

    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "marketing_erasedaddress"

    def __str__(self) -> str:
        return self.hash[:12]
