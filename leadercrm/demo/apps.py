from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "leadercrm.demo"
    label = "demo"
