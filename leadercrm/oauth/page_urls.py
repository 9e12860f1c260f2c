"""The address of the authorization server that people see."""

from django.urls import path

from leadercrm.oauth.consent import ConsentPage

urlpatterns = [path("", ConsentPage.as_view(), name="consent")]
