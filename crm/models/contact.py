"""Contacts: the people that a tenant sells to."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from crm.models.company import Company
from crm.scoring import contact_score
from leadercrm.core.keeping import KeptModel
from leadercrm.core.living import LivingModel
from leadercrm.core.text import fold, phone_digits, search_text

# E-mail addresses of a contact, and phones.
MOST_ADDRESSES = 20
LIVING = models.Q(deleted_at__isnull=True)


class Contact(LivingModel):
    """A person, with e-mail addresses and phones in the order given; the first of each is the primary.

    `emails` is [{"email", "type"?}], lower-cased; `phones` is [{"phone", "type"?}] as given.
    `match_keys` holds what makes two contacts likely the same person: `e:address`, `p:digits`, and
    `n:company id:folded full name` of those who have a company and a last name.
    """

    first_name = models.CharField(max_length=255)
    last_name = models.CharField(max_length=255, null=True, blank=True)
    emails = models.JSONField(default=list, blank=True)
    phones = models.JSONField(default=list, blank=True)
    job_title = models.CharField(max_length=255, null=True, blank=True)
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts", db_index=False
    )
    lifecycle_stage = models.CharField(max_length=32, default="lead")
    lead_score = models.SmallIntegerField(default=0, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    source = models.CharField(max_length=255, null=True, blank=True)
    city = models.CharField(max_length=255, null=True, blank=True)
    country = models.CharField(max_length=255, null=True, blank=True)
    custom_fields = models.JSONField(default=dict, blank=True)
    search = models.TextField(editable=False, default="")
    match_keys = ArrayField(models.TextField(), default=list, editable=False)

    DERIVED: ClassVar[tuple[str, ...]] = ("search", "match_keys", "lead_score")
    UNAUDITED: ClassVar[tuple[str, ...]] = ("search", "match_keys", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "crm_contact"
        # Without fastupdate: each search would read through the rows that wait to be indexed.
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="contact_search", fastupdate=False),
            GinIndex(fields=["match_keys"], name="contact_match", condition=LIVING, fastupdate=False),
            models.Index(fields=["owner", "-id"], name="contact_owner", condition=LIVING),
            models.Index(fields=["company", "-id"], name="contact_company", condition=LIVING),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name or ''}".strip()

    def derive(self) -> None:
        addresses = [entry["email"] for entry in self.emails]
        digits = [number for entry in self.phones if (number := phone_digits(entry["phone"]))]
        keys = [f"e:{address}" for address in addresses] + [f"p:{number}" for number in digits]
        if self.company_id and self.last_name:
            keys.append(f"n:{self.company_id}:{fold(self.full_name)}")
        self.match_keys = list(dict.fromkeys(keys))
        rfc = self.custom_fields.get("rfc")
        self.search = search_text(self.full_name, *addresses, *digits, rfc if isinstance(rfc, str) else "")
        self.lead_score = contact_score(self)


class Note(KeptModel):
    """A remark about a contact. Pinned ones stand first."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()
    is_pinned = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "crm_note"
        indexes = [models.Index(fields=["contact", "-is_pinned", "-id"], name="note_contact")]

    def __str__(self) -> str:
        return self.body[:50]

    @property
    def owner_id(self) -> int | None:
        """Notes belong to their author."""
        return self.user_id
