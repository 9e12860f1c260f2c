"""The product's settings with the drill app among the tenants' apps."""

from leadercrm.settings import *  # noqa: F403
from leadercrm.settings import INSTALLED_APPS, TENANT_APPS

TENANT_APPS = [*TENANT_APPS, "leadercrm.tenancy.tests.drill"]
INSTALLED_APPS = [*INSTALLED_APPS, "leadercrm.tenancy.tests.drill"]
