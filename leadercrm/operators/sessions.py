"""Who asks for a page of /operator/. Its cookie is sent to these pages alone, and opens no other."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from leadercrm.core.api.context import client_ip
from leadercrm.operators.audit import actor_for
from leadercrm.operators.credentials import resolve_session

OPERATOR_COOKIE = "leadercrm_operator"
PLACE = "/operator/"


class OperatorSessions:
    """Middleware: `request.actor` and `request.user` of an operator, and no tenant bound."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.path_info.startswith(PLACE):
            return self.get_response(request)
        request.actor = request.visit = request.operator_session = None
        request.client_ip, request.request_id = client_ip(request), secrets.token_hex(8)
        text = request.COOKIES.get(OPERATOR_COOKIE)
        session = resolve_session(text) if text else None
        if session is not None:
            request.operator_session, request.user = session, session.operator
            request.actor = actor_for(session.operator, ip=request.client_ip, request_id=request.request_id)
        return self.get_response(request)
