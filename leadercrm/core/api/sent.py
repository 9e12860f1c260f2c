"""Bodies of addresses that plain web forms are sent to as well: JSON, or fields in either of the ways that HTML has."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.parsing import BadBody, read_body, read_json
from leadercrm.core.api.uploads import is_form
from leadercrm.core.errors import DomainError

URLENCODED = "application/x-www-form-urlencoded"


def read_sent(request: Any) -> dict[str, Any]:
    """The fields of a body, a list where one was sent several times. Raises BadBody; refuses files."""
    raw = read_body(request)
    if is_form(request):
        return read_form(request)
    # curl's -d says that JSON is a form.
    if request.content_type == URLENCODED and not raw.lstrip().startswith(b"{"):
        return _plain(QueryDict(raw, encoding="utf-8"))
    if request.content_type == URLENCODED:
        request.META["CONTENT_TYPE"] = "application/json"
    return read_json(request)


def read_form(request: HttpRequest) -> dict[str, Any]:
    """The same of a web form alone, for pages; what is no form has no fields."""
    request.encoding = "utf-8"
    try:
        fields, files = request.POST, request.FILES
    except MultiPartParserError:
        raise BadBody(_("The body is not a valid form.")) from None
    attached = [name for name, file in files.items() if getattr(file, "size", 0)]
    if attached:
        raise DomainError(_("Files are not taken here."), field=attached[0])
    return _plain(fields)


def _plain(fields: QueryDict) -> dict[str, Any]:
    found = {name: values if len(values) > 1 else values[0] for name, values in fields.lists() if values}
    if any(
        "\x00" in text
        for name, value in found.items()
        for text in (name, *([value] if isinstance(value, str) else value))
    ):
        raise BadBody(_("Texts must not contain the character NUL."))
    return found
