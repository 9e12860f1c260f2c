"""The WSGI application that the web server runs."""

import gc
import os
import sys

import django

# A thread that waits for the database holds locks there. Back from it, it should not wait five milliseconds
# more for a thread that computes, which is what Python grants those.
sys.setswitchinterval(0.0005)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402 - Django is set up above

from leadercrm.api.handler import Application  # noqa: E402
from leadercrm.core.statics import with_files  # noqa: E402
from leadercrm.tenancy.pooler import assert_connection_keeps_search_path  # noqa: E402

application = with_files(Application())
assert_connection_keeps_search_path()
# Now, and not when the first client waits: the addresses bring all that answers at them.
get_resolver().url_patterns  # noqa: B018
# What is there now stays, and need not be looked through for garbage; a request leaves little that needs it.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
