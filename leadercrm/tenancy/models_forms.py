"""Keys of lead forms: which tenant a form on somebody's website belongs to."""

from django.db import models


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
