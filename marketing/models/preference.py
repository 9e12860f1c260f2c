"""Which kinds of campaigns an address wants, as its reader has chosen on the preference page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a campaign is about, as its readers choose by it."""

    NEWS = "news", _("News")
    OFFERS = "offers", _("Offers")
    EVENTS = "events", _("Events and invitations")


class MailPreference(models.Model):
    """The topics that an address, in lower case, does not want. Without a row it wants all."""

    email = models.CharField(max_length=254, unique=True)
    refused = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "marketing_mailpreference"

    def __str__(self) -> str:
        return self.email
