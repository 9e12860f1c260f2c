"""What is to be sold in a month: by everybody, a team, or one user."""

from django.conf import settings
from django.db import models


class SalesGoal(models.Model):
    """An amount to be won in a month, in the tenant's currency; of nobody in particular it is the company's."""

    month = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.CASCADE, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        db_table = "crm_salesgoal"
        constraints = [
            models.UniqueConstraint(fields=["month", "user", "team"], name="goal_once", nulls_distinct=False),
            models.CheckConstraint(
                name="goal_of_one", condition=models.Q(user__isnull=True) | models.Q(team__isnull=True)
            ),
            models.CheckConstraint(name="goal_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def owner_id(self) -> int | None:
        """A user's goal is set by those who lead them."""
        return self.user_id
