"""Files that come with a request as multipart/form-data; in JSON they come as core.api.fields.Bytes."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.parsing import BadBody, read_body
from leadercrm.core.errors import DomainError

MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """A file and what its sender calls it; both may be anything."""

    content: bytes
    name: str = ""


def boundary_of(request: HttpRequest) -> bytes:
    """What stands between the parts of a form; each client makes one up for each request. Empty for all else."""
    params: dict[str, str] = getattr(request, "content_params", None) or {}
    return params.get("boundary", "").encode() if is_form(request) else b""


def is_form(request: HttpRequest) -> bool:
    return request.content_type == MULTIPART


def read_upload(request: HttpRequest, field: str) -> Upload:
    """The one file in `field` of a form. 422 for none or several, and for a body that is no form."""
    read_body(request)  # refuses what is too large; the parser goes on with what was read
    try:
        files = request.FILES.getlist(field)
    except MultiPartParserError:
        raise BadBody(_("The body is not a valid form.")) from None
    if len(files) != 1:
        raise DomainError(_("Send one file in this field."), field=field)
    return Upload(files[0].read(), files[0].name or "")
