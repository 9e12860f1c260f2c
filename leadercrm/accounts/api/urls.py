"""Addresses of /api/v1/auth, /users and /teams."""

from django.urls import path

from leadercrm.accounts.api.avatars import AvatarViewSet
from leadercrm.accounts.api.passwords import ForgottenPasswordView, PasswordView, ResetPasswordView
from leadercrm.accounts.api.tokens import TokenDetailView, TokenListView
from leadercrm.accounts.api.users import AcceptInvitationView, InvitationViewSet, TeamViewSet, UserViewSet
from leadercrm.accounts.api.views import LoginView, LogoutView, MeView, RegisterView
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()
router.register("teams", TeamViewSet, basename="team")

user_detail = UserViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update"})
invitation_list = InvitationViewSet.as_view({"get": "list", "post": "create"})
invitation_detail = InvitationViewSet.as_view({"get": "retrieve", "delete": "destroy"})

urlpatterns = [
    path("auth/login", LoginView.as_view(), name="login"),
    path("auth/register", RegisterView.as_view(), name="register"),
    path("auth/logout", LogoutView.as_view(), name="logout"),
    path("auth/me", MeView.as_view(), name="me"),
    path("auth/password", PasswordView.as_view(), name="password"),
    path("auth/forgot-password", ForgottenPasswordView.as_view(), name="forgot-password"),
    path("auth/reset-password", ResetPasswordView.as_view(), name="reset-password"),
    path("auth/accept-invitation", AcceptInvitationView.as_view(), name="accept-invitation"),
    path("auth/tokens", TokenListView.as_view(), name="token-list"),
    path("auth/tokens/<int:pk>", TokenDetailView.as_view(), name="token-detail"),
    path("users", UserViewSet.as_view({"get": "list"}), name="user-list"),
    path("users/invitations", invitation_list, name="invitation-list"),
    path("users/invitations/<int:pk>", invitation_detail, name="invitation-detail"),
    path("users/invitations/<int:pk>/resend", InvitationViewSet.as_view({"post": "resend"}), name="invitation-resend"),
    path("users/<int:pk>", user_detail, name="user-detail"),
    path("users/<int:pk>/deactivate", UserViewSet.as_view({"post": "deactivate"}), name="user-deactivate"),
    path("users/<int:pk>/reactivate", UserViewSet.as_view({"post": "reactivate"}), name="user-reactivate"),
    path("users/<int:pk>/avatar", AvatarViewSet.as_view({"put": "replace", "delete": "remove"}), name="user-avatar"),
    *router.urls,
]
