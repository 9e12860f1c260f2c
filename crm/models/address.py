"""Where a contact lives or works, or where a company is."""

from django.db import models

from crm.models.company import Company
from crm.models.contact import Contact

PARTS = ("street", "postal_code", "colony", "municipality", "state")


class Address(models.Model):
    """The one address of a contact or a company, as it was typed; a row with nothing in it is not kept.

    Mexican ones have a colony and a municipality (in Mexico City a borough). `postal_code` is five digits there.
    """

    contact = models.OneToOneField(Contact, null=True, on_delete=models.CASCADE, related_name="address")
    company = models.OneToOneField(Company, null=True, on_delete=models.CASCADE, related_name="address")
    street = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    colony = models.CharField(max_length=100, blank=True)
    municipality = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "crm_address"
        constraints = [
            models.CheckConstraint(
                name="address_of_one",
                condition=models.Q(contact__isnull=False, company__isnull=True)
                | models.Q(contact__isnull=True, company__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.street, self.colony, self.postal_code, self.municipality, self.state)))
