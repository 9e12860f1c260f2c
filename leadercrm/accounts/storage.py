"""/storage: the files that an address points at from outside. Today these are avatars, and nothing else."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def avatar(request: HttpRequest, name: str) -> FileResponse:
    """The portrait `name`.jpg; `name` is digits by the address's own pattern, so no path can be climbed."""
    path = Path(settings.STORAGE_DIR) / "avatars" / f"{name}.jpg"
    try:
        portrait = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    return FileResponse(portrait, content_type="image/jpeg", headers=headers)
