"""The WSGI application that the web server runs."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
django.setup(set_prefix=False)

from leadercrm.api.handler import Application  # noqa: E402 - Django is set up above
from leadercrm.core.statics import with_files  # noqa: E402
from leadercrm.tenancy.pooler import assert_connection_keeps_search_path  # noqa: E402

application = with_files(Application())
assert_connection_keeps_search_path()
