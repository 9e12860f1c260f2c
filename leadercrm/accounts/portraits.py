"""Portraits of users: squares of 256 pixels."""

from leadercrm.core import pictures
from leadercrm.core.pictures import forget

SIDE = 256
FOLDER = "avatars"

__all__ = ["forget", "keep", "normalized"]


def normalized(raw: bytes) -> bytes:
    """A square JPEG made of a picture; a DomainError for what is none (core.pictures)."""
    return pictures.normalized(raw, pictures.square(SIDE), draft=2 * SIDE)


def keep(jpeg: bytes) -> str:
    """Write a portrait under a new name; returns its path below the storage."""
    return pictures.keep(FOLDER, jpeg)
