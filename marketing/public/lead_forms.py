"""A form's own page, which other sites may show in a frame: the only page of ours that they may."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.api.sent import read_form
from leadercrm.core.errors import DomainError
from leadercrm.core.web.branding import house
from leadercrm.core.web.public import HEADERS, PublicView
from leadercrm.core.web.visitors import agent_of
from marketing.actions.opting import confirm_consent
from marketing.actions.submitting import Sending, submit_form
from marketing.answers import CONSENT, HONEYPOT, PAGES, STAMP, UTM, is_ticked, read_answers, text_of
from marketing.models import Form, Suspicion
from marketing.public.form_opening import opened_form, opened_submission
from marketing.public.inputs import inputs_of
from marketing.stamps import judged, stamp

FRAMED = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
LARGEST = 32 * 1024
MOST_OF_ORIGIN = 1000


class FormView(PublicView):
    """A page that may stand in a frame."""

    most_bytes = LARGEST
    refused = "marketing/public/form_refused.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = FRAMED
        response.xframe_options_exempt = True  # type: ignore[attr-defined]
        return response

    def dressed(self, form: Form, template: str, status: int = 200, **context: Any) -> HttpResponse:
        brand = house()
        context = {"form": form, "brand": brand, "theme": brand.theme, "framed": is_framed(self.request), **context}
        return render(self.request, template, self.common(**context), status=status)


class FormPage(FormView):
    """The form, to be filled in; sent, it goes through the same action as by the API."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        with opened_form(key) as form:
            told: Mapping[str, Any] = request.GET
            return self.shown(form, told, {}, origin_told(request))

    def shown(
        self,
        form: Form,
        sent: Mapping[str, Any],
        errors: Mapping[str, Any],
        origin: Mapping[str, str],
        status: int = 200,
    ) -> HttpResponse:
        return self.dressed(
            form,
            "marketing/public/form.html",
            status,
            inputs=inputs_of(form, sent, errors),
            origin=origin,
            stamp=stamp(form),
            names={"stamp": STAMP, "honeypot": HONEYPOT, "consent": CONSENT},
            consents=is_ticked(sent.get(CONSENT)),
            consent_error=next(iter(errors.get(CONSENT, ())), ""),
            wrong=bool(errors),
        )

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        throttling.FORM.spend(f"{key[:64]}/{client_ip(request)}")
        with opened_form(key) as form:
            throttling.FORM_KEY.spend(key)
            sent = read_form(request)
            try:
                submission = self._taken(form, sent)
            except DomainError as refusal:
                if refusal.status != 422 or not refusal.errors:
                    raise
                return self.shown(form, sent, refusal.errors, kept_origin(sent), status=422)
            asks = form.double_opt_in and submission.consented and submission.email
            told = f"{'&confirm=1' if asks else ''}{'&framed=1' if is_framed(request) else ''}"
            return see_other(f"/f/{form.api_key}/thanks?lang={self.lang}{told}")

    def _taken(self, form: Form, sent: Mapping[str, Any]) -> Any:
        answers = read_answers(form.fields, sent)
        if answers.email:
            throttling.FORM_EMAIL.spend(f"{form.api_key}/{answers.email}")
        trapped = Suspicion.HONEYPOT if text_of(sent.get(HONEYPOT)) else None
        sending = Sending(
            answers,
            suspicion=trapped or judged(form, text_of(sent.get(STAMP))),
            language=self.language,
            user_agent=agent_of(self.request),
        )
        return submit_form(form, sending, actor=Actor.visitor(via="form", ip=client_ip(self.request)))

    @property
    def lang(self) -> str:
        return self.language[:2]


class ThanksPage(FormView):
    """What whoever has sent the form sees; or the way on to where its owner wants them."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        with opened_form(key) as form:
            asks = form.double_opt_in and request.GET.get("confirm") == "1"
            return self.dressed(form, "marketing/public/form_thanks.html", asks=asks)


class ConfirmPage(PublicView):
    """Looking confirms nothing, as programs look at the links of mails; the button does."""

    most_bytes = LARGEST
    refused = "marketing/public/refused.html"
    limit: ClassVar[throttling.Limit] = throttling.PUBLIC

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened_submission(token) as submission:
            return self.shown(submission, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened_submission(token) as submission:
            confirmed = confirm_consent(submission, actor=Actor.client(submission, ip=client_ip(request)))
            return self.shown(confirmed, token)

    def shown(self, submission: Any, token: str) -> HttpResponse:
        brand = house()
        context = {"submission": submission, "token": token, "brand": brand, "theme": brand.theme}
        return render(self.request, "marketing/public/confirm.html", self.common(**context))


def is_framed(request: HttpRequest) -> bool:
    """Whether another page shows ours: its own name and language link are in the way there."""
    return request.META.get("HTTP_SEC_FETCH_DEST") == "iframe" or request.GET.get("framed") == "1"


def origin_told(request: HttpRequest) -> dict[str, str]:
    """Where a visitor comes from: what the address says, else the page that led here or that shows us in a frame."""
    told = {name: request.GET.get(name, "")[:MOST_OF_ORIGIN] for name in (*UTM, *PAGES)}
    before = "page_url" if is_framed(request) else "referrer"
    told[before] = told[before] or request.META.get("HTTP_REFERER", "")[:MOST_OF_ORIGIN]
    return {name: value for name, value in told.items() if value}


def kept_origin(sent: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name in (*UTM, *PAGES) if (text := text_of(sent.get(name))[:MOST_OF_ORIGIN])}


def see_other(place: str) -> HttpResponse:
    response = HttpResponseRedirect(place)
    response.status_code = 303
    return response
