"""Companies: the firms that contacts work for."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from crm.firms import firm_keys
from leadercrm.core.living import LivingModel
from leadercrm.core.text import phone_digits, search_text


class Company(LivingModel):
    """A firm. `tax_id` is its RFC as given: a wrong check digit is never refused (contract, section 3).

    `match_keys` holds what makes two companies likely the same one (crm.firms).
    """

    name = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, null=True, blank=True)
    industry = models.CharField(max_length=255, null=True, blank=True)
    employee_range = models.CharField(max_length=50, null=True, blank=True)
    annual_revenue = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    phone = models.CharField(max_length=50, null=True, blank=True)
    email = models.CharField(max_length=255, null=True, blank=True)
    tax_id = models.CharField(max_length=100, null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    search = models.TextField(editable=False, default="")
    match_keys = ArrayField(models.TextField(), default=list, editable=False)
    # Contacts and deals that its deletion has detached: they come back with it.
    detached = ArrayField(models.BigIntegerField(), default=list, editable=False)
    detached_deals = ArrayField(models.BigIntegerField(), default=list, editable=False)

    DERIVED: ClassVar[tuple[str, ...]] = ("search", "match_keys")
    UNAUDITED: ClassVar[tuple[str, ...]] = ("search", "match_keys", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "crm_company"
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="company_search", fastupdate=False),
            GinIndex(
                fields=["match_keys"],
                name="company_match",
                condition=models.Q(deleted_at__isnull=True),
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.search = search_text(
            self.name, self.domain or "", self.tax_id or "", self.email or "", phone_digits(self.phone or "")
        )
        self.match_keys = firm_keys(self.name, self.tax_id or "", self.domain or "", self.email or "")
