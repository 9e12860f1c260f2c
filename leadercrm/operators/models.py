"""The platform's operators, in `public`: who they are, their sessions, their visits to tenants, what they did."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from leadercrm.tenancy.models import Tenant

VISIT_LIFE = timedelta(hours=1)
LEAST_OF_A_REASON = 10


class Operator(AbstractBaseUser):
    """Somebody who runs the platform. Made by `manage.py create_operator`; belongs to no tenant."""

    email = models.EmailField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    UNAUDITED: ClassVar[set[str]] = {"password", "last_login"}
    objects = BaseUserManager()

    class Meta:
        db_table = '"public"."operators_operator"'

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """As Django's templates call it."""
        return self.name


class Secret(models.Model):
    """What a cookie `id|secret` stands for. Only the secret's SHA-256 is kept."""

    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    UNAUDITED: ClassVar[set[str]] = {"secret_hash"}

    class Meta:
        abstract = True


class OperatorSession(Secret):
    """An operator's login at /operator/; it ends when it is not used for some hours."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    last_used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = '"public"."operators_session"'

    def __str__(self) -> str:
        return f"{self.operator_id}: {self.created_at:%Y-%m-%d %H:%M}"


class Visit(Secret):
    """An operator's stay in a tenant's /admin/, with its reason. It ends after an hour, used or not."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        db_table = '"public"."operators_visit"'

    def __str__(self) -> str:
        return f"{self.operator} → {self.tenant}: {self.reason}"


class OperatorAudit(models.Model):
    """What an operator did to the platform. What they do inside a tenant stands in that tenant's audit log."""

    at = models.DateTimeField(default=timezone.now)
    operator = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    tenant_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=255, blank=True)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        db_table = '"public"."operators_audit"'
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="operator_audit_object")]

    def __str__(self) -> str:
        return f"#{self.pk}"  # what was done is said in the reader's language: admin_kit.told
