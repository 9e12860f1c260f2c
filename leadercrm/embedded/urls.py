"""The mail sink's page, below /dev/mail."""

from django.urls import path

from leadercrm.embedded import views

app_name = "embedded"
urlpatterns = [
    path("", views.InboxView.as_view(), name="inbox"),
    path("/<str:key>", views.MessageView.as_view(), name="message"),
    path("/<str:key>/html", views.MessageHtmlView.as_view(), name="message-html"),
    path("/<str:key>/source", views.SourceView.as_view(), name="source"),
    path("/<str:key>/attachments/<int:number>", views.AttachmentView.as_view(), name="attachment"),
]
