"""Keys by which people without a login reach a tenant: those of lead forms, and of what mail providers report."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class FormKey(models.Model):
    """The SHA-256 of a form's key. The key itself, which stands in public pages, is kept with the form."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    tenant = models.ForeignKey("tenancy.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False)
    form_id = models.BigIntegerField()

    class Meta:
        db_table = '"public"."tenancy_formkey"'
        constraints = [models.UniqueConstraint(fields=["tenant", "form_id"], name="formkey_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.form_id}"


class MailHook(models.Model):
    """The address under which a tenant's mail provider reports; its secret is known by its hash. See tenancy.hooks."""

    tenant = models.OneToOneField("tenancy.Tenant", on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)

    UNAUDITED: ClassVar[set[str]] = {"secret_hash", "last_used_at"}

    class Meta:
        db_table = '"public"."tenancy_mailhook"'

    def __str__(self) -> str:
        return f"{self.tenant_id}/…"
