"""What an agent may do by itself, and what waits for somebody's word."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long it is kept what an agent did, and can be undone; and what it asked, once that is decided or has expired.
JOURNAL_KEPT, APPROVALS_KEPT = timedelta(days=365), timedelta(days=90)


class Policy(models.Model):
    """What a token's agent may do: `rules` are {"tool", "answer": allow, ask or deny, "over": an amount or null}.

    What no rule speaks of is allowed. `hours` is for how long a call that must ask waits.
    """

    token_id = models.BigIntegerField(unique=True)
    rules = models.JSONField(default=list)
    hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        db_table = "agents_policy"

    def __str__(self) -> str:
        return f"{self.token_id}: {len(self.rules)}"


class ApprovalState(models.TextChoices):
    """Where a call stands that must ask. One that nobody decides upon in time is expired: computed when it is read."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("carried out")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")


class Approval(models.Model):
    """A call that waits for somebody's word: the call itself, and its effect as it was tried.

    `call` is what is needed to carry it out, `digest` is of the effect that is shown. It is carried out, and its
    `result` written, in the transaction that decides.
    """

    # Which may hold anything that somebody wrote.
    UNAUDITED: ClassVar[tuple[str, ...]] = ("call", "arguments", "effect", "result")

    state = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    token_id = models.BigIntegerField()
    agent = models.CharField(max_length=255, blank=True)
    client = models.CharField(max_length=255, blank=True)
    ip = models.GenericIPAddressField(null=True)
    tool = models.CharField(max_length=128)
    arguments = models.JSONField(default=dict)
    call = models.JSONField()
    call_hash = models.CharField(max_length=64)
    effect = models.JSONField()
    digest = models.CharField(max_length=64)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    result = models.JSONField(null=True)
    change_set_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "agents_approval"
        indexes = [
            models.Index(fields=["user", "-id"], name="approval_user"),
            models.Index(fields=["token_id"], name="approval_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.tool} #{self.pk}"

    @property
    def owner_id(self) -> int:
        return self.user_id

    @property
    def is_waiting(self) -> bool:
        """Whether somebody may still decide."""
        return self.state == ApprovalState.WAITING and self.expires_at > timezone.now()
