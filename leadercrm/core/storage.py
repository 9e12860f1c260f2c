"""/storage: the files that an address points at from outside: portraits of users and pictures of products."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def picture(request: HttpRequest, folder: str, name: str) -> FileResponse:
    """The picture `name`.jpg; the address's own pattern says which folders there are, and that names are digits."""
    path = Path(settings.STORAGE_DIR) / folder / f"{name}.jpg"
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type="image/jpeg", headers=headers)
