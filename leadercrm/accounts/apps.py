from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "leadercrm.accounts"
    label = "accounts"
