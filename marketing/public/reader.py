"""The pages by which a reader chooses which mails they get. Looking changes nothing; what is sent by a form does."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.web.branding import house
from leadercrm.core.web.public import PublicView
from marketing.actions.subscriptions import choose_topics, is_silenced, subscribe_again, unsubscribe
from marketing.links import READER
from marketing.models import CampaignRecipient, MailPreference, SuppressionReason, Topic
from marketing.public.opening import opened
from marketing.public.tracking import MANY

# By one link: whoever cannot decide may do so for a while.
ANSWERS = throttling.Limit("reader-answers", 30, 600)


class ReaderView(PublicView):
    """A page behind a reader's own link."""

    limit: ClassVar[throttling.Limit] = MANY
    most_bytes = 16 * 1024
    refused = "marketing/public/refused.html"
    template: ClassVar[str]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, READER) as recipient:
            return self.shown(recipient, token)

    def shown(self, recipient: CampaignRecipient, token: str, **extra: Any) -> HttpResponse:
        brand, reason = house(), is_silenced(recipient.email)
        refused: Collection[str] = (
            MailPreference.objects.filter(email=recipient.email).values_list("refused", flat=True).first() or ()
        )
        context = {
            "token": token,
            "brand": brand,
            "theme": brand.theme,
            "address": hidden(recipient.email),
            "reason": reason,
            "may_return": reason in ("", SuppressionReason.UNSUBSCRIBED),
            "topics": [(topic.value, topic.label, topic.value not in refused) for topic in Topic],
            "chosen": "none" if reason else "some" if refused else "all",
            **extra,
        }
        return render(self.request, self.template, self.common(**context))


class Unsubscribe(ReaderView):
    """A POST from anywhere unsubscribes: mail programs send one by themselves (RFC 8058), without a cookie."""

    template = "marketing/public/unsubscribe.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, READER) as recipient:
            ANSWERS.spend(token[:20])
            unsubscribe(recipient, actor=Actor.client(recipient, ip=client_ip(request)))
            return self.shown(recipient, token, done=True)


class SubscribeAgain(ReaderView):
    template = "marketing/public/unsubscribe.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, READER) as recipient:
            ANSWERS.spend(token[:20])
            subscribe_again(recipient, actor=Actor.client(recipient, ip=client_ip(request)))
            return self.shown(recipient, token, back=True)


class Preferences(ReaderView):
    template = "marketing/public/preferences.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, READER) as recipient:
            ANSWERS.spend(token[:20])
            named = set(request.POST.getlist("topic"))
            wanted = {"all": list(Topic), "none": []}.get(
                request.POST.get("mails", ""), [topic for topic in Topic if topic in named]
            )
            choose_topics(recipient, wanted, actor=Actor.client(recipient, ip=client_ip(request)))
            return self.shown(recipient, token, done=True)


def hidden(email: str) -> str:
    """The address so that its owner knows it again: whoever was forwarded the mail learns nothing new of it."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:2]}…@{domain}" if len(local) > len("ana") else f"{local[:1]}…@{domain}"
