from django.apps import AppConfig


class DrillConfig(AppConfig):
    name = "leadercrm.tenancy.tests.drill"
    label = "drill"
    default_auto_field = "django.db.models.BigAutoField"
