"""POST /api/forms/{apiKey}/submit: what forms on other people's websites send. It needs no credential (G-06)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.described import described
from leadercrm.core.api.idempotency import TenantStore, once, requested_key
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.sent import read_sent
from leadercrm.core.api.shapes import BOOLEAN, INTEGER, TEXT, explained, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.core.clock import tenant_zone
from leadercrm.core.errors import NotFound
from leadercrm.core.web.visitors import agent_of
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.form_keys import find_form
from marketing.actions.submitting import Sending, submit_form
from marketing.answers import HONEYPOT, read_answers, text_of
from marketing.api.resources import FORM
from marketing.api.serializers_forms import SubmissionInput
from marketing.models import Form, Suspicion

# Any page may send, none may send anybody's cookies with it: there are none to be sent.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Idempotent-Replayed, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
}
LARGEST = 32 * 1024
REPLY = record(
    {
        "success": BOOLEAN,
        "submission_id": INTEGER,
        "contact_id": explained(nullable(INTEGER), _("null for what a machine seems to have sent.")),
        "assigned_to": explained(nullable(TEXT), _("The name of who looks after the contact.")),
    },
    "FormReply",
)


class SubmitView(ApiView):
    public = True
    resource = FORM
    most_bytes = LARGEST
    refusal = {"success": False}
    http_method_names = ["post", "options"]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.context.headers.update(CORS)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What a browser asks before it sends JSON from another site."""
        return HttpResponse(b"", headers={**PREFLIGHT, "Cache-Control": "public, max-age=86400"})

    @described(
        _("Submit a form"),
        id="submitForm",
        body=SubmissionInput,
        returns=REPLY,
        status=201,
        errors=(404, 422),
        path={"api_key": explained(TEXT, _("The form's key."))},
    )
    def post(self, request: HttpRequest, api_key: str) -> HttpResponse:
        """Whoever sends it becomes a contact, if they are none yet. Sent as JSON, or as a web form is."""
        ip = self.context.ip
        self.context.headers.update(throttling.FORM.spend(f"{api_key[:64]}/{ip}"))
        found = find_form(api_key)
        if found is None:
            throttling.FORM_MISS.spend(ip)
            raise NotFound()
        throttling.FORM_KEY.spend(api_key)
        tenant, form_id = found
        with bind(tenant), timezone.override(tenant_zone()):
            form = Form.objects.filter(pk=form_id, is_active=True).first()
            if form is None:
                raise NotFound()
            key = requested_key(request)
            if key is None:
                return self._taken(request, form)
            return once(request, key, _store_of(form), lambda: self._taken(request, form))

    def _taken(self, request: HttpRequest, form: Form) -> HttpResponse:
        sent = read_sent(request)
        answers = read_answers(form.fields, sent)
        if answers.email:
            throttling.FORM_EMAIL.spend(f"{form.api_key}/{answers.email}")
        sending = Sending(
            answers,
            suspicion=Suspicion.HONEYPOT if text_of(sent.get(HONEYPOT)) else None,
            language=translation.get_language() or "es-mx",
            user_agent=agent_of(request),
        )
        visitor = Actor.visitor(via="form", ip=self.context.ip, request_id=self.context.request_id)
        submission = submit_form(form, sending, actor=visitor)
        owner = submission.assigned_to if form.names_owner else None
        reply = {
            "success": True,
            "submission_id": submission.pk,
            "contact_id": submission.contact_id,
            "assigned_to": owner.name if owner else None,
        }
        return json_response(reply, 201)


def _store_of(form: Form) -> TenantStore:
    """A form's Idempotency-Keys: whoever sends it is no user, and no user's id is negative."""
    return TenantStore(-form.pk)
