"""What Celery's beat starts, and how often (settings.CELERY_BEAT_SCHEDULE)."""


def every(seconds: int, task: str) -> dict[str, object]:
    """A beat entry: `task`, at most once in that time however many schedulers run (tenancy.periodic)."""
    return {
        "task": "tenancy.run_periodic",
        "args": (task, seconds),
        "schedule": seconds,
        "options": {"expires": seconds},
    }


SCHEDULE = {
    "sweep-work": every(15, "tenancy.sweep"),
    "refill-spares": every(30, "tenancy.refill_spares"),
    "sweep-orphans": every(600, "tenancy.sweep_orphans"),
    "send-campaigns": every(5, "marketing.ring_senders"),
    "read-bounces": every(120, "core.read_bounces"),
    "start-campaigns": every(10, "marketing.start_campaigns"),
    "tell-webhooks": every(5, "webhooks.tell"),
    "keep-house": every(3600, "tenancy.keep_house"),
    "tidy-oauth": every(3600, "oauth.tidy"),
}
