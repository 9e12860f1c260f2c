"""Lead forms under /api/v1, and what was sent by them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from leadercrm.core.api.described import described
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging, base_url, json_response, list_response
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import INTEGER, TEXT, URL, Shape, data, nullable, one_of, page, record
from leadercrm.core.api.views import ApiView, TenantViewSet, action_route
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from marketing.actions.forms import change_form, create_form, delete_form, rotate_key
from marketing.actions.sorting import accept_submission, refuse_submission
from marketing.api.resources import FORM
from marketing.api.serializers_forms import FormInput
from marketing.embedding import embedded
from marketing.filters import FormFilter, SubmissionFilter
from marketing.models import FormSubmission, SubmissionStatus
from marketing.queries_forms import FORMS, SUBMISSIONS, submissions_page

SUBMISSION = record(
    {"id": INTEGER, "status": one_of(SubmissionStatus.values), "contact_id": nullable(INTEGER)}, "SortedSubmission"
)
EMBED = data(record({"page_url": URL, "script": TEXT, "iframe": TEXT, "html": TEXT}, "FormEmbed"))


def _submissions() -> Shape:
    return page(row_shape(SUBMISSIONS, "FormSubmission"))


class FormViewSet(TenantViewSet):
    resource = FORM
    rows = FORMS
    filters = FormFilter.base_filters
    serializer_class = FormInput
    create_action = create_form
    update_action = change_form
    delete_action = delete_form
    deleted_message = _("Form deleted.")

    rotate_key = action_route(rotate_key, path="rotate-key", summary=_("Give a form another key"))

    @described(_("List what was sent by a form"), id="listFormSubmissions", returns=_submissions)
    @drf_action(detail=True, methods=["get"])
    def submissions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything, the latest first; what machines sent as well."""
        form, paging = self.row(pk), Paging.of(request)
        narrowing = Narrowing(SubmissionFilter.base_filters, request.GET)
        found = submissions_page(form, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        return list_response(request, found, paging)

    @described(_("Show how a form is put into a website"), id="embedForm", returns=EMBED)
    @drf_action(detail=True, methods=["get"])
    def embed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its page, a script or a frame that shows that page, and a plain form to be styled by whoever likes to."""
        return json_response({"data": embedded(self.row(pk), base_url(request))})


class SortingView(ApiView):
    resource = FORM
    http_method_names = ["post"]

    def sorted(self, act: Callable[..., FormSubmission], pk: int, submission_pk: int) -> HttpResponse:
        found = SUBMISSIONS.instance(submission_pk, self.actor) if max(pk, submission_pk) <= MAX_ID else None
        if found is None or found.form_id != pk:
            raise NotFound()
        row = act(found, actor=self.actor)
        return json_response({"data": {"id": row.pk, "status": row.status, "contact_id": row.contact_id}})


class AcceptView(SortingView):
    @described(_("Accept what was taken for spam"), id="acceptSubmission", returns=data(SUBMISSION))
    def post(self, request: HttpRequest, pk: int, submission_pk: int) -> HttpResponse:
        """It gets its contact, somebody who looks after it and a next step, as if it had come now."""
        return self.sorted(accept_submission, pk, submission_pk)


class RefuseView(SortingView):
    @described(_("Mark a submission as spam"), id="refuseSubmission", returns=data(SUBMISSION))
    def post(self, request: HttpRequest, pk: int, submission_pk: int) -> HttpResponse:
        """Its contact stays."""
        return self.sorted(refuse_submission, pk, submission_pk)
