"""What makes invoices again and again."""

from typing import Any

from django.db import models

from billing.models.documents import LIVING, Dealing


class RecurringInvoice(Dealing):
    """An invoice that is made every so many months. `items` is the list that the invoice is made of, as it was sent.

    `next_on` is the day of the next invoice, `anchor_day` the day of the month that was meant: after
    February, the 31st is the 31st again.
    """

    title = models.CharField(max_length=255)
    items: Any = models.JSONField()
    notes = models.TextField(null=True, blank=True)
    every_months = models.PositiveSmallIntegerField(default=1)
    next_on = models.DateField()
    anchor_day = models.PositiveSmallIntegerField(editable=False)
    ends_on = models.DateField(null=True, blank=True)
    auto_send = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta(Dealing.Meta):
        db_table = "billing_recurringinvoice"
        indexes = [
            models.Index(fields=["next_on"], name="recurring_due", condition=LIVING & models.Q(is_active=True)),
            models.Index(fields=["contact"], name="recurring_contact"),
            models.Index(fields=["deal"], name="recurring_deal", condition=models.Q(deal__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title
