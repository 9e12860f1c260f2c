"""Users and teams of one tenant. A user's id is its LoginIndex id: global, taken from `public`."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from leadercrm.core.actor import Role
from leadercrm.core.text import search_text

ROLE_CHOICES = [
    ("admin", pgettext_lazy("role", "admin")),
    ("manager", pgettext_lazy("role", "manager")),
    ("sales", pgettext_lazy("role", "sales")),
    ("viewer", pgettext_lazy("role", "viewer")),
]
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
    # Away on these days, both included: they are given no new contacts meanwhile. Without an end, until further notice.
    absent_from = models.DateField(null=True, blank=True)
    absent_until = models.DateField(null=True, blank=True)
    search = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    UNAUDITED: ClassVar[set[str]] = {"password", "last_login", "search"}
    objects = BaseUserManager()

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """As Django's templates call it."""
        return self.name

    @property
    def owner_id(self) -> int:
        """Whose record it is, for permissions that reach over one's own (core.actor.Scope)."""
        return self.pk

    def derive(self) -> None:
        self.search = search_text(self.name, self.email)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.derive()
        if update_fields is not None:
            update_fields = {*update_fields, "search"}
        super().save(*args, update_fields=update_fields, **kwargs)


class SecondFactor(models.Model):
    """A user's one-time passwords (RFC 6238). In force once a code has confirmed it; before, it asks for nothing.

    `sealed` is the secret under a key derived from SECRET_KEY: the database alone makes no code.
    `last_step` is the time step of the last code that was taken, which is not taken twice. `recovery` holds
    the SHA-256 of each code for the day when the telephone is gone.
    """

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="second_factor")
    sealed = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery = ArrayField(models.CharField(max_length=64), default=list)

    UNAUDITED: ClassVar[set[str]] = {"sealed", "last_step", "recovery"}

    class Meta:
        db_table = "accounts_secondfactor"

    def __str__(self) -> str:
        return str(self.user_id)


class Invitation(models.Model):
    """Somebody asked to join the tenant. The link that was mailed is a OneTimeLink; see accounts.actions.invitations.

    Accepted or revoked it is kept, as the record of who let whom in.
    """

    email = models.EmailField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    role = models.CharField(max_length=16, choices=ROLE_CHOICES, default=Role.SALES)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=8, choices=LANGUAGE_CHOICES, default="es-mx")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="invitation_open_once",
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None
