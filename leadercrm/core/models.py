"""Tables that every tenant has: audit, outbox, idempotency keys, tallies, document counters."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """Who did what to which row, through which door, with the values before and after."""

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=16)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    token_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=16)
    label = models.CharField(max_length=255, blank=True)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        db_table = "core_auditentry"
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["at", "id"], name="audit_time"),  # leadercrm.webhooks.feed
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"  # what was done is said in the reader's language: admin_kit.told


class WorkState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


# What nobody goes on with unless somebody says so.
TROUBLED = (WorkState.FAILED, WorkState.IN_DOUBT)
# Not as an IN: PostgreSQL writes one over varchar down differently after a dump (tenancy.fleet.template).
IN_TROUBLE = models.Q(state="failed") | models.Q(state="in_doubt")


class WorkItem(models.Model):
    """A piece of work to be done after a commit; the message that announces it may be lost, this row not."""

    # Some hold what lets somebody in.
    UNAUDITED = ("arguments",)

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=WorkState.choices, default=WorkState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    # The row that its trouble is shown with: see leadercrm.core.outbox.subject_of.
    about = models.CharField(max_length=64, null=True)

    class Meta:
        db_table = "core_workitem"
        indexes = [models.Index(fields=["about"], name="workitem_trouble", condition=IN_TROUBLE)]

    def __str__(self) -> str:
        return f"{self.task} {self.pk} {self.state}"


class IdempotencyKey(models.Model):
    """The answer that a POST with an Idempotency-Key got, kept 24 h, written in the effect's own transaction."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "core_idempotencykey"
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotencykey_once")]

    def __str__(self) -> str:
        return self.key


class TokenUse(models.Model):
    """What a token with caps has sent and moved on one day of the tenant's; see leadercrm.core.caps."""

    pk = models.CompositePrimaryKey("token_id", "day")
    token_id = models.BigIntegerField()
    day = models.DateField()
    sends = models.BigIntegerField(default=0)
    amount = models.DecimalField(max_digits=17, decimal_places=2, default=0)

    class Meta:
        db_table = "core_tokenuse"

    def __str__(self) -> str:
        return f"{self.token_id} {self.day}"


class Tally(models.Model):
    """Counters of leadercrm.core.tally."""

    pk = models.CompositePrimaryKey("resource", "shard")
    resource = models.CharField(max_length=32)
    shard = models.SmallIntegerField()
    version = models.BigIntegerField()
    rows = models.BigIntegerField()

    class Meta:
        db_table = "core_tally"

    def __str__(self) -> str:
        return f"{self.resource}: {self.rows}"


class Counter(models.Model):
    """The last number given to a kind of document; see leadercrm.core.numbering."""

    kind = models.CharField(max_length=16, primary_key=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "core_counter"

    def __str__(self) -> str:
        return f"{self.kind}: {self.last}"
