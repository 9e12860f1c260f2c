"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
application = get_wsgi_application()

from leadercrm.tenancy.pooler import assert_connection_keeps_search_path  # noqa: E402 - Django is set up above

assert_connection_keeps_search_path()
