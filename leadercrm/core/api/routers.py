"""Addresses without a trailing slash, ids in ASCII digits only."""

from typing import Any

from rest_framework.routers import Route, SimpleRouter


class ApiRouter(SimpleRouter):
    """PUT and PATCH are the same partial update (G-23)."""

    routes = [
        Route("{prefix}", {"get": "list", "post": "create"}, "{basename}-list", False, {"suffix": "List"}),
        *[route for route in SimpleRouter.routes if not isinstance(route, Route)][:1],
        Route(
            "{prefix}/{lookup}",
            {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"},
            "{basename}-detail",
            True,
            {"suffix": "Instance"},
        ),
        *[route for route in SimpleRouter.routes if not isinstance(route, Route)][1:],
    ]

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)

    def get_lookup_regex(self, viewset: Any, lookup_prefix: str = "") -> str:
        return f"<int:{lookup_prefix}pk>"
