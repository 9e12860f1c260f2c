"""Stamps in our own form pages: they say of which form a page is and when it was made, under the server's key.

A page that a website's maker has copied has a stamp without a time: it stands there for years.
"""

import time

from django.core.signing import BadSignature, Signer

from marketing.models import Form, Suspicion

PLAIN = 0
SIGNER = Signer(salt="marketing.form")


def stamp(form: Form, at: float | None = None) -> str:
    """A stamp of this moment, or of no time at all (PLAIN)."""
    return SIGNER.sign(f"{form.pk}.{int(time.time() if at is None else at)}")


def judged(form: Form, text: str) -> Suspicion | None:
    """What is wrong with a page's stamp; nothing if it is that of a person who took their time."""
    try:
        form_id, _dot, made = SIGNER.unsign(text).partition(".")
    except BadSignature:
        return Suspicion.STAMP
    if form_id != str(form.pk):
        return Suspicion.STAMP
    return Suspicion.TOO_FAST if int(made) != PLAIN and time.time() - int(made) < form.min_seconds else None
