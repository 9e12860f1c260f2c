"""The demo's tenant: found, made, dropped, and the token to it."""

import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from leadercrm.accounts.models import User
from leadercrm.core.actor import Role
from leadercrm.demo.letterhead import PAPERS
from leadercrm.demo.loading import advance_sequence, load
from leadercrm.demo.reference_rows import AVATAR, EMAIL, PASSWORD, TENANT_NAME, USER_NAME
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import new_secret, secret_hash
from leadercrm.tenancy.models import IDLE_LIFE, AccessToken, LoginIndex, Tenant, new_schema_name
from leadercrm.tenancy.provisioning import claim_tenant, create_schema, current_template, drop_tenant

# Raised whenever a release adds rows to the demo; a tenant of an older one is kept, and said to be old.
VERSION = 6
MARK = "demo"
TOKEN_NAME = "demo"  # noqa: S105
# Far above the ids that registrations get, so that the first of them is user 2, as the reference prints.
FIRST_COLLEAGUE = 1_000_001
COLLEAGUES = (
    ("Lucía Mendoza Treviño", "lucia@zamarron.example", Role.MANAGER),
    ("Emilio Cantú Salazar", "emilio@zamarron.example", Role.SALES),
)


class AddressTaken(RuntimeError):
    """One of the demo's e-mail addresses belongs to somebody's real tenant."""


def find_demo() -> Tenant | None:
    """The demo's tenant, None when there is none. AddressTaken when the demo cannot be made."""
    addresses = [EMAIL, *(email for _, email, _ in COLLEAGUES)]
    for login in LoginIndex.objects.select_related("tenant").filter(email__in=addresses).order_by("id"):
        if MARK not in login.tenant.settings:
            raise AddressTaken(
                f"{login.email} belongs to tenant {login.tenant_id}, which is no demo, so there is no demo tenant here."
            )
        return login.tenant
    return None


@transaction.atomic
def make_demo(old: Tenant | None = None) -> Tenant:
    """Make the demo, all or nothing, in place of the old one if there is one.

    Tenant, users and token get the ids of the reference, from 1 on, where nobody has them already.
    Nobody is sent a mail.
    """
    hashed = make_password(PASSWORD)
    if old is not None:
        drop_tenant(old)
    tenant = _tenant_with_first_id() or claim_tenant(TENANT_NAME)
    Tenant.objects.filter(pk=tenant.pk).update(settings={MARK: VERSION, **PAPERS})
    jorge = User(id=_login(EMAIL, Role.ADMIN, tenant, 1), name=USER_NAME, email=EMAIL, role=Role.ADMIN, avatar=AVATAR)
    advance_sequence(LoginIndex)
    colleagues = [
        User(id=_login(email, role, tenant, wanted), name=name, email=email, role=role)
        for wanted, (name, email, role) in enumerate(COLLEAGUES, start=FIRST_COLLEAGUE)
    ]
    users = [jorge, *colleagues]
    for user in users:
        user.password = hashed
    with bind(BoundTenant.of(tenant), inside_transaction=True):
        load(users)
    return tenant


def _tenant_with_first_id() -> Tenant | None:
    """A new tenant with id 1, if that is free: on a fresh database without spares, and after a reset."""
    if Tenant.objects.filter(pk=1).exists():
        return None
    template = current_template()
    tenant = Tenant(
        id=1,
        schema_name=new_schema_name(),
        schema_version=template.version,
        name=TENANT_NAME,
        claimed_at=timezone.now(),
    )
    create_schema(tenant.schema_name, template)
    Tenant.objects.bulk_create([tenant])
    advance_sequence(Tenant)
    return tenant


def _login(email: str, role: Role, tenant: Tenant, wanted: int) -> int:
    """Enter an address into the index; returns the user's id."""
    pk = None if LoginIndex.objects.filter(pk=wanted).exists() else wanted
    return LoginIndex.objects.create(pk=pk, email=email, tenant=tenant, role=role).pk


def token_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-token"


def current_token() -> str | None:
    """The token in the file, if it still opens the demo: not revoked, not expired, of this database."""
    text = token_file().read_text().strip() if token_file().exists() else ""
    number, _, secret = text.partition("|")
    tokens = AccessToken.objects.filter(revoked_at__isnull=True, expires_at__gt=timezone.now(), name=TOKEN_NAME)
    known = number.isdecimal() and tokens.filter(pk=int(number), secret_hash=secret_hash(secret)).exists()
    return text if known else None


def renew_token() -> str:
    """Give the demo's token, number 1 where that is free, a new secret, and write it into its file."""
    secret = new_secret()
    login = LoginIndex.objects.get(email=EMAIL)
    values = {"secret_hash": secret_hash(secret), "expires_at": timezone.now() + IDLE_LIFE, "revoked_at": None}
    pk = None if AccessToken.objects.filter(pk=1).exists() else 1
    with transaction.atomic():
        token, _ = AccessToken.objects.update_or_create(
            login=login,
            name=TOKEN_NAME,
            defaults=values,
            create_defaults={**values, "login": login, "name": TOKEN_NAME, "pk": pk},
        )
        advance_sequence(AccessToken)
    text = f"{token.pk}|{secret}"
    _write_privately(token_file(), f"{text}\n")
    return text


def _write_privately(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
