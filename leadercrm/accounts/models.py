"""Users and teams of one tenant. A user's id is its LoginIndex id: global, taken from `public`."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from leadercrm.core.actor import Role

ROLE_CHOICES = [(role.value, role.value) for role in Role]
LANGUAGE_CHOICES = [("es-mx", "Español (México)"), ("en", "English")]


class Team(models.Model):
    """People whose records a manager looks after."""

    name = models.CharField(max_length=255)

    class Meta:
        db_table = "accounts_team"
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """A person with a login. Written by leadercrm.accounts.actions alone, together with its LoginIndex."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=255)
    email = models.EmailField(max_length=255, unique=True)
    role = models.CharField(max_length=16, choices=ROLE_CHOICES, default=Role.SALES)
    is_active = models.BooleanField(default=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    avatar = models.CharField(max_length=255, blank=True)
    # Of what is written to the user: mails, notifications. Answers of the API follow Accept-Language.
    language = models.CharField(max_length=8, choices=LANGUAGE_CHOICES, default="es-mx")
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    UNAUDITED: ClassVar[set[str]] = {"password", "last_login"}
    objects = BaseUserManager()

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.name
