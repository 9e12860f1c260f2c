"""What documents and their mails begin with, as pages read it."""

from billing.models import MailTemplate, QuoteTemplate
from billing.models.template import MailKind
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import FREE_OBJECT, list_of, one_of

MAIL_TEMPLATES = JsonRows(
    MailTemplate.objects.all,
    {"id": "id", "name": "name", "kind": "kind", "subject": "subject", "body": "body"},
    owned=False,
    types={"kind": one_of(MailKind.values)},
)
QUOTE_TEMPLATES = JsonRows(
    QuoteTemplate.objects.all,
    {
        "id": "id",
        "name": "name",
        "title": "title",
        "currency": "currency",
        "valid_days": "valid_days",
        "notes": "notes",
        "terms": "terms",
        "items": "items",
    },
    owned=False,
    types={"items": list_of(FREE_OBJECT)},
)
