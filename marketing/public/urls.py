"""Addresses for readers of campaigns, outside the API."""

from django.urls import path, re_path

from leadercrm.core.storage import FOR_EVER, picture
from marketing.public.lead_forms import ConfirmPage, FormPage, ThanksPage
from marketing.public.reader import Preferences, SubscribeAgain, Unsubscribe
from marketing.public.tracking import Click, OpenPixel

urlpatterns = [
    re_path(
        r"^storage/(?P<folder>campaigns/[0-9]{1,19})/(?P<name>[0-9]{1,19})\.(?P<kind>jpg|png)\Z",
        picture,
        {"cached": FOR_EVER},
        name="campaign-picture",
    ),
    path("f/confirm/<str:token>", ConfirmPage.as_view(), name="form-confirm"),
    path("f/<str:key>", FormPage.as_view(), name="form-page"),
    path("f/<str:key>/thanks", ThanksPage.as_view(), name="form-thanks"),
    path("t/<str:token>.gif", OpenPixel.as_view(), name="mail-open"),
    path("t/<str:token>/<int:position>", Click.as_view(), name="mail-click"),
    path("u/<str:token>", Unsubscribe.as_view(), name="mail-unsubscribe"),
    path("u/<str:token>/again", SubscribeAgain.as_view(), name="mail-subscribe-again"),
    path("u/<str:token>/preferences", Preferences.as_view(), name="mail-preferences"),
]
