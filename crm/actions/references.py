"""Checks of the ids that a body names: a row that does not exist here is a 422 on its field (G-17)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.queries import active_user_exists, company_exists
from leadercrm.core.errors import DomainError


def check_references(values: Mapping[str, Any]) -> None:
    """Refuse an owner who is no active user and a company that is not there."""
    owner_id, company_id = values.get("owner_id"), values.get("company_id")
    if owner_id is not None and not active_user_exists(owner_id):
        raise DomainError(_("There is no active user with this id."), field="owner_id", code="unknown_reference")
    if company_id is not None and not company_exists(company_id):
        raise DomainError(_("There is no company with this id."), field="company_id", code="unknown_reference")
