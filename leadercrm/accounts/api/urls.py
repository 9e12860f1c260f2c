"""Addresses of /api/v1/auth."""

from django.urls import path

from leadercrm.accounts.api.views import LoginView, LogoutView, MeView, PasswordView, RegisterView

urlpatterns = [
    path("auth/login", LoginView.as_view(), name="login"),
    path("auth/register", RegisterView.as_view(), name="register"),
    path("auth/logout", LogoutView.as_view(), name="logout"),
    path("auth/me", MeView.as_view(), name="me"),
    path("auth/password", PasswordView.as_view(), name="password"),
]
