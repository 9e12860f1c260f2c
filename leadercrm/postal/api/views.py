"""What a postal code stands for: public, one statement, a ready answer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api import throttling
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import BOOLEAN, TEXT, explained, list_of, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.core.database import fetch_first
from leadercrm.core.errors import DomainError
from leadercrm.postal.places import CODE

LOOK_UP = "SELECT answer FROM public.postal_postalcode WHERE code = %s"
UNKNOWN = b'{"found":false,"municipality":null,"city":null,"state":null,"colonies":[]}'


PLACE = record(
    {
        "found": BOOLEAN,
        "municipality": nullable(TEXT),
        "city": nullable(TEXT),
        "state": nullable(TEXT),
        "colonies": list_of(TEXT),
    },
    "Place",
)
FIVE_DIGITS = explained({**TEXT, "pattern": "^[0-9]{5}$", "examples": ["64000"]}, _("A postal code: five digits."))


class PostalCodeView(ApiView):
    """{found, municipality, city, state, colonies}, unwrapped. An unknown code is no error (A-54)."""

    public = True
    resource = Resource("Place", _("postal code"), _("postal codes"), _("What Mexican postal codes stand for."))

    @described(_("Look a postal code up"), id="getPostalCode", path={"cp": FIVE_DIGITS}, returns=PLACE, errors=(422,))
    def get(self, request: HttpRequest, cp: str) -> HttpResponse:
        self.context.headers.update(throttling.POSTAL.spend(self.context.ip))
        if not CODE.fullmatch(cp):
            raise DomainError(_("A postal code has five digits."), field="cp")
        row = fetch_first(LOOK_UP, [cp])
        return json_response(row[0].encode() if row else UNKNOWN)
