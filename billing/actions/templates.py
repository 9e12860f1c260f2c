"""Writing what mails and quotes begin with."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from billing.actions.lines import price_items
from billing.letters import unknown_letter_fields
from billing.models import MailTemplate, QuoteTemplate
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

MANAGE = "billing.manage_templates"
Values = Mapping[str, Any]
M = TypeVar("M", MailTemplate, QuoteTemplate)


@domain_action(permission=MANAGE)
def create_mail_template(values: Values, *, actor: Actor) -> MailTemplate:
    """Make a template of mails. Refuses merge fields that there are none of."""
    _refuse_unknown(values)
    return _made(MailTemplate(**values), actor)


@domain_action(permission=MANAGE)
def change_mail_template(template: MailTemplate, values: Values, *, actor: Actor) -> MailTemplate:
    """Change what is named in `values`. Mails that were sent stay as they were."""
    _refuse_unknown(values)
    template = lock(template)
    amend(template, values, actor=actor, action="mail_template.changed")
    return template


@domain_action(permission=MANAGE)
def delete_mail_template(template: MailTemplate, *, actor: Actor) -> None:
    """Remove a template of mails."""
    _removed(template, actor)


@domain_action(permission=MANAGE)
def create_quote_template(values: Values, *, actor: Actor) -> QuoteTemplate:
    """Make a template of quotes. Its lines are those that a quote takes."""
    return _made(QuoteTemplate(**_with_lines(values, values.get("currency") or "MXN")), actor)


@domain_action(permission=MANAGE)
def change_quote_template(template: QuoteTemplate, values: Values, *, actor: Actor) -> QuoteTemplate:
    """Change what is named in `values`. Quotes that were begun with it stay as they are."""
    template = lock(template)
    values = _with_lines(values, values.get("currency") or template.currency)
    amend(template, values, actor=actor, action="quote_template.changed")
    return template


@domain_action(permission=MANAGE)
def delete_quote_template(template: QuoteTemplate, *, actor: Actor) -> None:
    """Remove a template of quotes."""
    _removed(template, actor)


def _refuse_unknown(values: Values) -> None:
    for name in ("subject", "body"):
        unknown = unknown_letter_fields(values.get(name) or "")
        if unknown:
            raise DomainError(_("There is no merge field [[%(name)s]].") % {"name": unknown[0]}, field=name)


def _with_lines(values: Values, currency: str) -> Values:
    """The lines as JSON keeps them; refused as a quote would refuse them."""
    if "items" not in values:
        return values
    if values["items"]:
        price_items(values["items"], currency)
    lines = [{name: _plain(value) for name, value in item.items() if value is not None} for item in values["items"]]
    return {**values, "items": lines}


def _plain(value: Any) -> Any:
    """A figure as it is typed: 100, not 100.000000."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _made(template: M, actor: Actor) -> M:
    template.save()
    record(actor, template, f"{_name(template)}.created")
    return template


def _removed(template: M, actor: Actor) -> None:
    template = lock(template)
    before = snapshot(template)
    template.delete()
    record(actor, template, f"{_name(template)}.deleted", before=before)


def _name(template: M) -> str:
    return "mail_template" if isinstance(template, MailTemplate) else "quote_template"
