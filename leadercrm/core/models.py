"""Tables that every tenant has: audit, outbox, idempotency keys, tallies, document counters."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from leadercrm.core.keeping import KeptModel


class ChangeSet(models.Model):
    """What one call of an agent did: its audit entries are what it changed, and are written with it.

    `tool` is the tool, or the route, that was called, `agent` the token's or the client's own name. `scheduled` are the
    tasks that followed the commit (leadercrm.core.outbox), which nothing takes back.
    """

    at = models.DateTimeField(default=timezone.now)
    tool = models.CharField(max_length=128)
    arguments = models.JSONField(default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    token_id = models.BigIntegerField(null=True)
    agent = models.CharField(max_length=255, blank=True)
    client = models.CharField(max_length=255, blank=True)
    via = models.CharField(max_length=16)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    scheduled = models.JSONField(default=list)
    # Who approved it, where somebody had to.
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # The one that this takes back, and when and by whom this was taken back itself.
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        db_table = "core_changeset"
        indexes = [models.Index(fields=["user", "-id"], name="changeset_user")]

    def __str__(self) -> str:
        return f"{self.tool} #{self.pk}"

    @property
    def owner_id(self) -> int | None:
        """It belongs to the user that it was done for."""
        return self.user_id


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
    # The agent's call that it belongs to, whose row is written last: no constraint would hold until then.
    change_set = models.ForeignKey(
        ChangeSet, null=True, on_delete=models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )

    class Meta:
        db_table = "core_auditentry"
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["at", "id"], name="audit_time"),  # leadercrm.webhooks.feed
            models.Index(fields=["change_set"], name="audit_change_set", condition=models.Q(change_set__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"  # what was done is said in the reader's language: admin_kit.told


class WorkState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("work", "Waiting")
    RUNNING = "running", pgettext_lazy("work", "Running")
    DONE = "done", pgettext_lazy("work", "Done")
    FAILED = "failed", pgettext_lazy("work", "Failed")
    IN_DOUBT = "in_doubt", pgettext_lazy("work", "In Doubt")


# What nobody goes on with unless somebody says so.
TROUBLED = (WorkState.FAILED, WorkState.IN_DOUBT)
# Not as an IN: PostgreSQL writes one over varchar down differently after a dump (tenancy.fleet.template).
IN_TROUBLE = models.Q(state="failed") | models.Q(state="in_doubt")


class WorkItem(KeptModel):
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
