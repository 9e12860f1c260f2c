"""Files for browsers: collected under names that hold a hash of their content, and compressed once.

A browser keeps a file under such a name for ever; WhiteNoise, around the WSGI application, says so and sends the
compressed one.
"""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Maps and pages of the packages, their builds for other ways of loading them, and what of Django's nothing uses.
UNUSED = (
    "*.map", "*.html", "*.cjs", "*.mjs", "*.rtl.*", "esm", "cjs", "modular", "ext", "chunks", "plugins",
    "swagger-ui-es-*", "swagger-ui.js", "swagger-ui-standalone-*", "chart.umd.js", "helpers.*",
    "quill.core.*", "quill.bubble.*", "htmax*", "htmx.esm*", "Sortable.js", "tom-select.complete.js",
    "tom-select.base*", "tom-select.popular*", "*.txt", "*.ts", "*.scss", "*.py", "rest_framework", "gis",
    "*cyrillic*", "*greek*", "*vietnamese*",
)  # fmt: skip
HASHED = re.compile(r"^.+\.[0-9a-f]{12}\..+$")


class HashedFiles(CompressedManifestStaticFilesStorage):
    """As WhiteNoise's. Before anything was collected, as in tests, files have their own names.

    Comments that lead to maps of sources are left alone: the maps are not collected.
    """

    patterns = tuple(
        (extension, tuple(each for each in rules if "sourceMappingURL" not in str(each)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Brotli would save a fifth more, and cost each start after a change ten seconds."""
        return Compressor(use_brotli=False, **kwargs)

    def stored_name(self, name: str) -> str:
        found: str = self.hashed_files.get(self.hash_key(self.clean_name(name)), name)
        return found


def collect(**output: Any) -> None:
    """Collect what is in the folders of apps and packages: all of it anew, which takes less than a second."""
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=list(UNUSED), **output)


def with_files(application: Any) -> Any:
    """A WSGI application, with the collected files below /static/ in front of it."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    kept = {"max_age": 60, "immutable_file_test": _is_hashed, "allow_all_origins": False}
    return WhiteNoise(application, root=str(root), prefix="static/", **kept)


def _is_hashed(path: str, url: str) -> bool:
    return bool(HASHED.match(url))
