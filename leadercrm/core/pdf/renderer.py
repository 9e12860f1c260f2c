"""HTML to PDF, for every thread of this process; one document at a time."""

import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError, Unavailable
from leadercrm.core.pdf.process import Died, Faulty, Limits, Process, TooCostly, TookTooLong

logger = logging.getLogger(__name__)

MOST_HTML = 2 * 2**20
WEIGHTS = (400, 500, 600, 700)
SUBSETS = ("latin", "latin-ext")
# Threads that wait hold up others' requests: beside the one whose document is being made so many may wait, and
# more get an answer at once. With four threads to a web process, one always serves those who want no PDF.
MOST_WAITING = 2
WAIT_SECONDS = 8.0
# Documents that were too costly, and for how long they are refused without another attempt.
MOST_REFUSED = 256
REFUSED_SECONDS = 600.0


class TooLargeForPdf(DomainError):
    """The document needs more memory or time than one may have."""

    code = "too_large_for_pdf"
    hint = _("Shorten its texts, or split it into several documents.")

    def __init__(self) -> None:
        super().__init__(_("This document is too large to be made into a PDF."))


class PdfUnavailable(Unavailable):
    """Too many want a PDF at this moment, or the process that makes them does not stay alive."""

    def __init__(self) -> None:
        super().__init__(_("PDFs cannot be made at the moment."))


def fonts() -> list[tuple[str, int]]:
    """The documents' own fonts as (path, weight), so that they look the same on a machine without any.

    Where they are not installed, and for the characters that they lack, documents use the machine's.
    """
    folder = Path(settings.PDF_FONTS_DIR)
    files = [(folder / f"inter-{part}-{weight}-normal.woff2", weight) for weight in WEIGHTS for part in SUBSETS]
    return [(str(path), weight) for path, weight in files if path.is_file()]


class Renderer:
    """Keeps one child warm, and replaces it after a fault or after many documents."""

    def __init__(self, limits: Limits | None = None, typefaces: Sequence[tuple[str, int]] | None = None) -> None:
        self.limits = limits or Limits()
        self.typefaces = typefaces
        self.process: Process | None = None
        self._forget()
        os.register_at_fork(after_in_child=self._after_fork)

    def _forget(self) -> None:
        self.refused: OrderedDict[bytes, float] = OrderedDict()
        self.lock = threading.Lock()
        self.waiting = threading.BoundedSemaphore(MOST_WAITING + 1)

    def _after_fork(self) -> None:
        """A forked worker starts a child of its own."""
        if self.process is not None:
            self.process.let_go()
            self.process = None
        self._forget()

    def render(self, html: str) -> bytes:
        """The PDF of a document. Raises TooLargeForPdf or PdfUnavailable; a RuntimeError for HTML of ours that is bad.

        Only templates of ours write the HTML; what users wrote is text in it.
        """
        if len(html) > MOST_HTML or self._is_refused(html):
            raise TooLargeForPdf
        if not self.waiting.acquire(blocking=False):
            raise PdfUnavailable
        try:
            if not self.lock.acquire(timeout=WAIT_SECONDS):
                raise PdfUnavailable
            try:
                return self._rendered(html)
            finally:
                self.lock.release()
        finally:
            self.waiting.release()

    def _rendered(self, html: str) -> bytes:
        """With one more attempt when the child died by another's hand, as an idle one does."""
        for attempt in (1, 2):
            try:
                return self._usable().render(html)
            except TooCostly as error:
                logger.warning("A document was too costly for a PDF: it %s.", error)
                if not isinstance(error, TookTooLong):
                    self._refuse(html)
                raise TooLargeForPdf from error
            except Faulty as error:
                raise RuntimeError(f"This HTML makes no PDF: {error}") from error
            except Died as error:
                self.process = None
                logger.warning("The process for PDFs died (attempt %s): %s.", attempt, error)
        raise PdfUnavailable

    def _refuse(self, html: str) -> None:
        """Remember it: who asks for it again and again would keep everybody else from their PDFs."""
        self.refused[_digest(html)] = time.monotonic() + REFUSED_SECONDS
        if len(self.refused) > MOST_REFUSED:
            self.refused.popitem(last=False)

    def _is_refused(self, html: str) -> bool:
        return bool(self.refused) and self.refused.get(_digest(html), 0.0) > time.monotonic()

    def _usable(self) -> Process:
        if self.process is None or not self.process.is_usable:
            self.close()
            self.process = Process(fonts() if self.typefaces is None else self.typefaces, self.limits)
        return self.process

    def close(self) -> None:
        if self.process is not None:
            self.process.close()
            self.process = None


def _digest(html: str) -> bytes:
    return hashlib.sha256(html.encode(errors="replace")).digest()


RENDERER = Renderer()


def html_to_pdf(html: str) -> bytes:
    """The PDF of `html`, by this process's own child: see Renderer.render."""
    return RENDERER.render(html)
