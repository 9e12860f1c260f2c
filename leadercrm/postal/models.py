"""Mexico's postal codes. These tables live in `public`: they are the same for every tenant."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class PostalCode(models.Model):
    """A postal code and the ready answer to the question about it.

    `answer` is the JSON text of GET /api/copomex/{cp}. It is written when the table is loaded, so that a
    look-up reads one row and builds nothing; the colonies stand only in it. The other columns are there
    to be searched and listed.
    """

    code = models.CharField(max_length=5, primary_key=True)
    state = models.CharField(max_length=100)
    municipality = models.CharField(max_length=100)
    city = models.CharField(max_length=100)
    answer = models.TextField()

    class Meta:
        db_table = '"public"."postal_postalcode"'

    def __str__(self) -> str:
        return self.code


class CatalogueLoad(models.Model):
    """One filling of the table; the newest says what is in it now.

    `fingerprint` is the SHA-256 of the file, so that the same one is not loaded twice.
    """

    class Source(models.TextChoices):
        SHIPPED = "shipped", pgettext_lazy("postal codes", "Shipped")
        SEPOMEX = "sepomex", pgettext_lazy("postal codes", "Sepomex")

    source = models.CharField(max_length=16, choices=Source)
    fingerprint = models.CharField(max_length=64)
    codes = models.PositiveIntegerField()
    colonies = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = '"public"."postal_catalogueload"'

    def __str__(self) -> str:
        return f"{self.source}, {self.loaded_at:%Y-%m-%d}"
