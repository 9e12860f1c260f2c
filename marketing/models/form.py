"""Lead forms of a tenant's websites, and what people sent by them."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from leadercrm.core.keeping import KeptModel
from leadercrm.core.living import LivingModel


class Assignment(models.TextChoices):
    """Who gets the contacts that come by a form."""

    OWNER = "owner", _("always the same person")
    TURNS = "round_robin", _("one after the other")


class FieldKind(models.TextChoices):
    """How a field is filled in."""

    TEXT = "text", _("Text")
    LONG_TEXT = "textarea", _("Long text")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "select", _("One of several")
    CHOICES = "multi_select", _("Several of several")
    TICK = "checkbox", _("Tick")
    HIDDEN = "hidden", _("Hidden")


def default_fields() -> list[dict[str, Any]]:
    """Those of the published example; an e-mail address or a phone is asked of everybody anyway (A-51)."""
    return [
        {"key": key, "label": str(label), "kind": kind.value, "required": False, "choices": [], "maps_to": key}
        for key, label, kind in (
            ("first_name", _("First name"), FieldKind.TEXT),
            ("last_name", _("Last name"), FieldKind.TEXT),
            ("email", _("E-mail"), FieldKind.EMAIL),
            ("phone", _("Phone"), FieldKind.PHONE),
            ("message", _("Message"), FieldKind.LONG_TEXT),
        )
    ]


class Form(LivingModel):
    """A form on a website. `api_key` stands in public pages; `public` knows its hash (tenancy.form_keys).

    `fields` is [{"key", "label", "kind", "required", "choices", "maps_to"}] in the order of the page; what is
    mapped to nothing is kept in the submission alone. `assignee_ids` names who takes turns, all who sell if it is
    empty; `last_assigned_id` had the last turn. The counters are written with each submission, under the form's lock.
    """

    name = models.CharField(max_length=255)
    api_key = models.CharField(max_length=64, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    title = models.CharField(max_length=255, blank=True)
    intro = models.TextField(blank=True)
    fields = models.JSONField(default=default_fields)
    source = models.CharField(max_length=255, default="form")
    assignment = models.CharField(max_length=16, choices=Assignment.choices, default=Assignment.TURNS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assignee_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    last_assigned_id = models.BigIntegerField(null=True, editable=False)
    # Whether the answer to whoever sends it names the owner.
    names_owner = models.BooleanField(default=True)
    consent_text = models.TextField(blank=True)
    consent_version = models.CharField(max_length=64, blank=True)
    consent_required = models.BooleanField(default=False)
    double_opt_in = models.BooleanField(default=False)
    thanks_text = models.TextField(blank=True)
    redirect_url = models.CharField(max_length=1000, blank=True)
    # Who fills in our page faster than this is a machine.
    min_seconds = models.PositiveSmallIntegerField(default=2)
    submissions_count = models.PositiveIntegerField(default=0, editable=False)
    spam_count = models.PositiveIntegerField(default=0, editable=False)
    last_submitted_at = models.DateTimeField(null=True, editable=False)

    UNAUDITED: ClassVar[tuple[str, ...]] = (
        "updated_at", "last_assigned_id", "submissions_count", "spam_count", "last_submitted_at",
    )  # fmt: skip

    class Meta(LivingModel.Meta):
        db_table = "marketing_form"

    def __str__(self) -> str:
        return self.name


class SubmissionStatus(models.TextChoices):
    """What became of what somebody sent."""

    ACCEPTED = "accepted", _("accepted")
    SPAM = "spam", _("spam")


class Suspicion(models.TextChoices):
    """Why a submission is taken for a machine's."""

    HONEYPOT = "honeypot", _("A field was filled in that people do not see.")
    STAMP = "stamp", _("The page was not ours.")
    TOO_FAST = "too_fast", _("It was filled in too fast.")
    BY_HAND = "by_hand", _("Somebody marked it.")


class FormSubmission(KeptModel):
    """What somebody sent by a form, as it was. It is kept whatever becomes of it.

    `payload` has the answers by the keys of the fields, and whatever else was sent. `origin` is {"utm_source", …,
    "referrer", "page_url"}, as far as it is known. What was consented to is kept in the words of that day;
    `confirmed_at` is when the address's owner has confirmed it, where the form asks for that.
    """

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="submissions", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    status = models.CharField(max_length=16, choices=SubmissionStatus.choices, default=SubmissionStatus.ACCEPTED)
    suspicion = models.CharField(max_length=16, choices=Suspicion.choices, null=True, blank=True)
    made_contact = models.BooleanField(default=False)
    # The person as they named themselves.
    name = models.CharField(max_length=511, blank=True)
    email = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    payload = models.JSONField(default=dict)
    origin = models.JSONField(default=dict)
    consented = models.BooleanField(default=False)
    consent_text = models.TextField(blank=True)
    consent_version = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=8, default="es-mx")
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    # What people typed is kept once, here: the audit would keep it for ever.
    UNAUDITED: ClassVar[tuple[str, ...]] = (
        "payload", "origin", "ip", "user_agent", "consent_text", "name", "email", "phone",
    )  # fmt: skip

    class Meta:
        db_table = "marketing_formsubmission"
        indexes = [
            models.Index(fields=["form", "-id"], name="submission_form"),
            models.Index(fields=["contact"], name="submission_contact", condition=models.Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}/{self.pk}"
