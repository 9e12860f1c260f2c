"""`manage.py create_operator`: somebody who may log in at /operator/."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from leadercrm.core.errors import DomainError
from leadercrm.operators.actions.sessions import create_operator

PASSWORD = "LEADERCRM_OPERATOR_PASSWORD"  # noqa: S105 - the variable's name


class Command(BaseCommand):
    """The password comes from the terminal or the environment: arguments are seen by everybody on the machine."""

    help = f"Make an operator of the platform, or set their password. Asks for it, or takes it from {PASSWORD}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        password = os.environ.get(PASSWORD) or getpass("Password: ")
        try:
            validate_email(email)
            operator = create_operator(email=email, name=name or email.partition("@")[0], password=password)
        except (ValidationError, DomainError) as error:
            raise CommandError(str(getattr(error, "message", error))) from error
        self.stdout.write(f"{operator.email} may log in at /operator/.")
