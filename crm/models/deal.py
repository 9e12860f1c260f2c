"""Deals: what may be sold, to whom, and how far it has come."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from crm.models.company import Company
from crm.models.contact import LIVING, Contact
from crm.models.pipeline import Pipeline, Stage
from leadercrm.core.keeping import KeptModel
from leadercrm.core.living import LivingModel
from leadercrm.core.text import search_text


class Deal(LivingModel):
    """A sale under way, won or lost: the type of its stage says which.

    `amount` is in `currency`; `probability` in percent. `closed_at` is when it was won or lost,
    `stage_entered_at` when it came into its stage. The pipeline is always its stage's.
    """

    name = models.CharField(max_length=255)
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="MXN")
    probability = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    expected_close_date = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="deals", db_index=False
    )
    contacts = models.ManyToManyField(Contact, through="DealContact", related_name="deals")
    closed_at = models.DateTimeField(null=True, editable=False)
    lost_reason = models.CharField(max_length=255, null=True, blank=True)
    stage_entered_at = models.DateTimeField(default=timezone.now, editable=False)
    search = models.TextField(editable=False, default="")

    DERIVED: ClassVar[tuple[str, ...]] = ("search",)
    UNAUDITED: ClassVar[tuple[str, ...]] = ("search", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "crm_deal"
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="deal_search", fastupdate=False),
            models.Index(fields=["owner", "-id"], name="deal_owner", condition=LIVING),
            models.Index(fields=["stage", "-id"], name="deal_stage", condition=LIVING),
            models.Index(fields=["pipeline", "-id"], name="deal_pipeline", condition=LIVING),
            models.Index(fields=["company", "-id"], name="deal_company", condition=LIVING),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="deal_probability"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="deal_amount"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.search = search_text(self.name)


class DealContact(models.Model):
    """A contact who takes part in a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="participants", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "crm_dealcontact"
        # Every deal that is shown names them in their order.
        indexes = [models.Index(fields=["deal", "id"], include=["contact"], name="dealcontact_shown")]
        constraints = [models.UniqueConstraint(fields=["deal", "contact"], name="dealcontact_once")]

    def __str__(self) -> str:
        return f"{self.deal_id}/{self.contact_id}"


class StageChange(KeptModel):
    """A deal's move into a stage: its first one has no `from_stage`. `stayed` is the time in the stage it left."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="stage_changes", db_index=False)
    from_stage = models.ForeignKey(Stage, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    to_stage = models.ForeignKey(Stage, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    stayed = models.DurationField(null=True)

    class Meta:
        db_table = "crm_stagechange"
        indexes = [models.Index(fields=["deal", "id"], name="stagechange_deal")]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.from_stage_id} → {self.to_stage_id}"
