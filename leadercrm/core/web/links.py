"""Addresses of lists that are narrowed already."""

from urllib.parse import urlencode

from django.urls import reverse


def list_address(view: str, **query: str) -> str:
    """Where the list of this name shows the rows that `query` leaves."""
    return f"{reverse(view)}?{urlencode(query)}"
