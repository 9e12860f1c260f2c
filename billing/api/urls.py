"""Addresses of billing."""

from billing.api.urls_documents import urlpatterns as documents
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()

urlpatterns = [*documents, *router.urls]
