"""Lead forms under /api/v1, and what was sent by them."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from leadercrm.core.api.described import described
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging, base_url, json_response, list_response
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import TEXT, URL, Shape, data, page, record
from leadercrm.core.api.views import TenantViewSet, action_route
from marketing.actions.forms import change_form, create_form, delete_form, rotate_key
from marketing.api.resources import FORM
from marketing.api.serializers_forms import FormInput
from marketing.embedding import embedded
from marketing.filters import FormFilter, SubmissionFilter
from marketing.queries_forms import FORMS, SUBMISSIONS, submissions_page

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
