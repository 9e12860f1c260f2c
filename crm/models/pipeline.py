"""Pipelines and their stages: the way that deals go."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class StageType(models.TextChoices):
    """What a deal in the stage is. The label is what people read."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Pipeline(models.Model):
    """A way from the first contact to won or lost. Every tenant begins with one, and has one default."""

    name = models.CharField(max_length=255)
    is_default = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "crm_pipeline"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], name="pipeline_one_default", condition=models.Q(is_default=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a pipeline. A deal that enters it takes on its `default_probability`, in percent.

    A deal that stays longer than `rotten_after_days` is called rotten; null: never.
    """

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="stages", db_index=False)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=8, choices=StageType.choices, default=StageType.OPEN)
    color = models.CharField(max_length=7, default="#6B7280", validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}\Z")])
    default_probability = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    position = models.PositiveSmallIntegerField(default=0)
    rotten_after_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "crm_stage"
        indexes = [models.Index(fields=["pipeline", "position", "id"], name="stage_in_order")]
        constraints = [
            models.CheckConstraint(condition=models.Q(default_probability__lte=100), name="stage_probability"),
        ]

    def __str__(self) -> str:
        return self.name
