from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "leadercrm.agents"
    label = "agents"

    def ready(self) -> None:
        from leadercrm.agents import permissions  # noqa: F401 - they register themselves
