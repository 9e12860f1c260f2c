"""Fields that a tenant gives its contacts beyond those that everybody has."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldType(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    RFC = "rfc", _("RFC")


class CustomField(models.Model):
    """What a key of contacts' `custom_fields` is called and may hold. Keys that none defines hold anything.

    `key` never changes: values are kept under it. A `required` one cannot be emptied once it is there, and forms of
    the pages ask for it; who leaves it out over the API makes a contact all the same.
    """

    key = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=100)
    type = models.CharField(max_length=16, choices=FieldType.choices, default=FieldType.TEXT)
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "crm_customfield"

    def __str__(self) -> str:
        return self.label
