"""What is resolved before a tenant is known. These tables live in `public`.

Their names are written with the schema, so that they are the same tables under any binding: a
tenant's search_path does not contain `public`. Users are named by plain numbers; no foreign key
leads into a tenant's schema or out of it.
"""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django_tenants.models import TenantMixin

from leadercrm.tenancy.models_keys import FormKey as FormKey
from leadercrm.tenancy.models_keys import MailHook as MailHook

IDLE_LIFE = timedelta(days=90)


def new_schema_name() -> str:
    """An opaque, permanent schema name."""
    return f"t_{secrets.token_hex(8)}"


class Tenant(TenantMixin):  # type: ignore[misc]
    """A customer's account and the schema that holds its data.

    A row without `claimed_at` is a spare: a schema made ahead of time, waiting for a registration.
    `schema_version` is the id of the last MigrationStep that the schema went through.
    """

    auto_create_schema = False
    auto_drop_schema = False

    schema_name = models.CharField(max_length=63, unique=True, default=new_schema_name)
    name = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    schema_version = models.BigIntegerField(default=0)
    settings = models.JSONField(default=dict)

    class Meta:
        db_table = '"public"."tenancy_tenant"'
        indexes = [
            models.Index(
                fields=["schema_version", "id"],
                name="tenant_spare",
                condition=models.Q(claimed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.schema_name


class LoginIndex(models.Model):
    """Which tenant an e-mail address belongs to. Its id is the user's id, everywhere.

    `role` and `is_active` repeat the user's own columns, so that a credential is resolved by one
    statement on `public`; leadercrm.accounts.actions writes both rows in one transaction.
    """

    email = models.EmailField(max_length=255, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = '"public"."tenancy_loginindex"'

    def __str__(self) -> str:
        return self.email


class TokenKind(models.TextChoices):
    """Which door a token opens. One that was made for the API is no page's cookie, nor the other way round."""

    API = "api", pgettext_lazy("token", "Api")
    BROWSER = "browser", pgettext_lazy("token", "Browser")
    OAUTH = "oauth", pgettext_lazy("token", "Oauth")


class AccessToken(models.Model):
    """A token `id|secret`. Only the secret's SHA-256 is kept: 40 random characters need no slow hash.

    One that is not used for `idle_life` expires: `expires_at` moves on with each use, but never past `ends_at`, the
    end that its maker set. `abilities` is empty for a token that may all that its user may, ["read"], or a list of
    TokenScope. A token with an `agent_name` is an agent's. `addresses` are the networks that it may come from, all if
    empty; `sends_per_day` and `amount_per_day` are its caps (core.caps).

    One of the kind "oauth" is the connection of a client, which the consent page made: its secret is another one after
    each refresh, and holds until `secret_ends_at`; `resource` is the address that it is for.
    """

    login = models.ForeignKey(LoginIndex, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=TokenKind.choices, default=TokenKind.API, db_default=TokenKind.API)
    idle_life = models.DurationField(default=IDLE_LIFE, db_default=IDLE_LIFE)
    name = models.CharField(max_length=255, default="api")
    abilities = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    agent_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    sends_per_day = models.PositiveIntegerField(null=True, blank=True)
    amount_per_day = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    addresses = ArrayField(models.CharField(max_length=43), null=True, blank=True)
    secret_ends_at = models.DateTimeField(null=True)
    resource = models.TextField(default="", db_default="")

    UNAUDITED: ClassVar[set[str]] = {"secret_hash", "last_used_at", "secret_ends_at"}

    class Meta:
        db_table = '"public"."tenancy_accesstoken"'

    def __str__(self) -> str:
        return f"{self.pk}|…"


class OneTimeLink(models.Model):
    """A link that was mailed, to a row (`subject_id`) of a tenant; see tenancy.links. Used, it is deleted."""

    class Purpose(models.TextChoices):
        INVITATION = "invitation", pgettext_lazy("link", "Invitation")
        PASSWORD_RESET = "password_reset", pgettext_lazy("link", "Password Reset")

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    subject_id = models.BigIntegerField()
    nonce = models.CharField(max_length=32)
    secret_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = '"public"."tenancy_onetimelink"'
        constraints = [models.UniqueConstraint(fields=["tenant", "purpose", "subject_id"], name="onetimelink_once")]

    def __str__(self) -> str:
        return f"{self.pk}-…"


class EvidenceIndex(models.Model):
    """Whose evidence a file is, so that /verify finds it by the file alone; see billing.actions.evidence.

    One row per entry of a tenant's chain: what is taken off its end is missed here. `code` begins `sha256`, for people.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    code = models.CharField(max_length=20, db_index=True)
    sha256 = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        db_table = '"public"."tenancy_evidenceindex"'
        constraints = [models.UniqueConstraint(fields=["tenant", "sequence"], name="evidenceindex_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.sequence}"


class PendingWork(models.Model):
    """Index of the work rows that wait in the tenants' schemas, so that one query finds them all.

    Those with `trouble`, a WorkState, have failed or are in doubt: they wait for somebody, and not for a worker.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    work_id = models.BigIntegerField()
    due_at = models.DateTimeField(db_index=True)
    trouble = models.CharField(max_length=16, null=True)

    class Meta:
        db_table = '"public"."tenancy_pendingwork"'
        constraints = [models.UniqueConstraint(fields=["tenant", "work_id"], name="pendingwork_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.work_id}"


class PublicIdempotencyKey(models.Model):
    """Replays of the requests that come before any tenant is known: register and login."""

    key_hash = models.CharField(max_length=64, unique=True)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = '"public"."tenancy_idempotencykey"'

    def __str__(self) -> str:
        return self.key_hash


class SchemaTemplate(models.Model):
    """The DDL of a new tenant at one version: a real migrate, dumped. See tenancy.provisioning."""

    version = models.BigIntegerField(unique=True)
    migrations = models.JSONField()
    statements = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = '"public"."tenancy_schematemplate"'

    def __str__(self) -> str:
        return f"version {self.version}"


class MigrationStep(models.Model):
    """One tenant migration as it is applied to the fleet. Its id is the schema version it leads to.

    `statements` is its SQL; null where only Django can carry it out: Python inside, not atomic, or
    older than the first tenant.
    """

    app = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    statements = models.JSONField(null=True)

    class Meta:
        db_table = '"public"."tenancy_migrationstep"'
        constraints = [models.UniqueConstraint(fields=["app", "name"], name="migrationstep_once")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.app}.{self.name}"


class PeriodicRun(models.Model):
    """When a periodic job ran last, so that two schedulers start it once. See tenancy.periodic."""

    job = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = '"public"."tenancy_periodicrun"'

    def __str__(self) -> str:
        return self.job


class Turn(models.Model):
    """A tenant with long work of one kind, which is done in slices, tenant by tenant. See tenancy.turns."""

    kind = models.CharField(max_length=32)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    served_at = models.DateTimeField()

    class Meta:
        db_table = '"public"."tenancy_turn"'
        constraints = [models.UniqueConstraint(fields=["kind", "tenant"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.tenant_id}"
