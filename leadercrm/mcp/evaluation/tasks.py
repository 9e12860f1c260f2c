"""All tasks, by name."""

from leadercrm.mcp.evaluation import (
    tasks_activities,
    tasks_care,
    tasks_deals,
    tasks_money,
    tasks_people,
    tasks_quotes,
)
from leadercrm.mcp.evaluation.task import TASKS

__all__ = [
    "TASKS",
    "tasks_activities",
    "tasks_care",
    "tasks_deals",
    "tasks_money",
    "tasks_people",
    "tasks_quotes",
]
