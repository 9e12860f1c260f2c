"""The development page of the mail sink: /dev/mail.

It shows everybody's mail without a login, so it exists only where the embedded sink does, and only
for this very machine: a request that came from elsewhere, or through a proxy, finds nothing.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views import View

from leadercrm.embedded.mailbox import KeptMessage, Mailbox

PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# A message's HTML is a stranger's: no script, no request, an origin of its own. Links open elsewhere.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
MESSAGE_POLICY = (
    f"sandbox {SANDBOX}; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}
PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


class MailView(View):
    """A page of the mailbox; 404 where there is none, or the client is not this machine."""

    http_method_names = ["get", "head"]
    policy = PAGE_POLICY
    mailbox: Mailbox

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the client's language; nothing here may be kept or read by another site."""
        if settings.MAIL_SINK_DIR is None or not _is_this_machine(request):
            raise Http404
        self.mailbox = Mailbox(settings.MAIL_SINK_DIR)
        with translation.override(translation.get_language_from_request(request)):
            response = super().dispatch(request, *args, **kwargs)
        response["Content-Security-Policy"] = self.policy
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response

    def message(self, key: str) -> KeptMessage:
        """The message of this key, or 404."""
        message = self.mailbox.message(key)
        if message is None:
            raise Http404
        return message


class InboxView(MailView):
    """The newest messages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "embedded/inbox.html", {"messages": list(self.mailbox.newest())})


class MessageView(MailView):
    """One message: envelope, texts, attachments."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        context = {"message": self.message(key), "sandbox": SANDBOX}
        return render(request, "embedded/message.html", context)


class MessageHtmlView(MailView):
    """The HTML text alone, for the frame of the message's page."""

    policy = MESSAGE_POLICY

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        html = self.message(key).html
        if html is None:
            raise Http404
        # What a link opens is a page of its own, since no other page lets itself be framed.
        response = HttpResponse(f'<base target="_blank">{html}')
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response


class AttachmentView(MailView):
    """A file of a message, always as a download."""

    def get(self, request: HttpRequest, key: str, number: int) -> HttpResponse:
        for attachment in self.message(key).attachments:
            if attachment.number == number:
                response = HttpResponse(attachment.content, content_type=attachment.content_type)
                name = attachment.name or f"{key}-{number}"
                response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
                return response
        raise Http404


class SourceView(MailView):
    """A message as it came."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        source = self.mailbox.source(key)
        if source is None:
            raise Http404
        return HttpResponse(source, content_type="text/plain; charset=utf-8")


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether client and address are loopback. A proxy on this machine is loopback too: its headers tell."""
    if any(header in request.META for header in PROXY_HEADERS):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname
    try:
        return host in LOOPBACK_HOSTS and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
