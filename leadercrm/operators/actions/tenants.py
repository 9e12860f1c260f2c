"""What operators do to tenants and their tokens."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.registration import register
from leadercrm.core.actions import snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.operators.audit import note, operator_action
from leadercrm.tenancy.credentials import revoke_tokens
from leadercrm.tenancy.models import AccessToken, Tenant


@operator_action
def create_tenant(values: dict[str, str], *, actor: Actor) -> Tenant:
    """Open an account for somebody: `name`, `admin_name`, `admin_email`.

    Its administrator gets the welcome mail and no password that anybody knows; they ask for a new one.
    """
    entrance = register(
        name=values["admin_name"],
        email=values["admin_email"],
        password=secrets.token_urlsafe(32),
        tenant_name=values["name"],
        actor=replace(actor, user_id=None),  # in there an operator is none of the users
    )
    revoke_tokens(user_id=entrance.user.pk)
    tenant: Tenant = Tenant.objects.get(pk=entrance.tenant.id)
    note(actor, tenant, "tenant.created", tenant_id=tenant.pk, administrator=entrance.user.email)
    return tenant


@operator_action
def suspend_tenant(tenant: Tenant, *, reason: str, actor: Actor) -> Tenant:
    """Shut a tenant out: no login, no token and no session of its users works until it is resumed."""
    tenant = _locked(tenant)
    if tenant.suspended_at is not None:
        raise DomainError(_("This account is suspended already."), code="already_suspended")
    return _set_suspended(tenant, timezone.now(), "tenant.suspended", actor, reason=reason)


@operator_action
def resume_tenant(tenant: Tenant, *, actor: Actor) -> Tenant:
    """Let a suspended tenant in again, its tokens as well."""
    tenant = _locked(tenant)
    if tenant.suspended_at is None:
        raise DomainError(_("This account is not suspended."), code="not_suspended")
    return _set_suspended(tenant, None, "tenant.resumed", actor)


@operator_action
def revoke_token(token: AccessToken, *, actor: Actor) -> None:
    """End one token."""
    before = snapshot(token)
    if not revoke_tokens(token_id=token.pk):
        raise DomainError(_("This token has been revoked already."), code="already_revoked")
    token.refresh_from_db()
    note(actor, token, "token.revoked", before=before, tenant_id=token.login.tenant_id, login=token.login.email)


def _locked(tenant: Tenant) -> Tenant:
    found: Tenant | None = Tenant.objects.select_for_update().filter(pk=tenant.pk, claimed_at__isnull=False).first()
    if found is None:
        raise NotFound()
    return found


def _set_suspended(tenant: Tenant, at: datetime | None, action: str, actor: Actor, **notes: str) -> Tenant:
    before = snapshot(tenant)
    # Not save(): TenantMixin's looks at the schema.
    Tenant.objects.filter(pk=tenant.pk).update(suspended_at=at)
    tenant.suspended_at = at
    note(actor, tenant, action, before=before, tenant_id=tenant.pk, **notes)
    return tenant
