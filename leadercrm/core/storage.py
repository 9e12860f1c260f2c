"""/storage: the files that an address points at from outside: portraits, logos, pictures of products and campaigns."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

TYPES = {"jpg": "image/jpeg", "png": "image/png"}
# What is replaced or removed is soon gone everywhere; what mails show stays as it is.
SOON, FOR_EVER = "public, max-age=300", "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, folder: str, name: str, kind: str, cached: str = SOON) -> FileResponse:
    """The picture `name`.`kind`; the address's own pattern says which folders there are, and that names are digits."""
    path = Path(settings.STORAGE_DIR) / folder / f"{name}.{kind}"
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": cached, "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type=TYPES[kind], headers=headers)
