"""Where Celery's workers, which do the housekeeping, find that of the agents."""

from leadercrm.agents.actions.forgetting import forget_old_calls

__all__ = ["forget_old_calls"]
