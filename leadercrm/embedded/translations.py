"""Compile translations for Django: `python -m leadercrm.embedded.translations FILE.po ...`.

Django reads compiled messages only and compiles them with GNU gettext, which few machines have.
"""

import sys
from pathlib import Path

import polib


def compile_messages(source: Path) -> Path:
    """Write the .mo beside the .po; whoever reads it meanwhile sees the old one or the new one."""
    target = source.with_suffix(".mo")
    draft = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    return draft.replace(target)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_messages(Path(name))
