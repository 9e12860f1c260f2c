"""What a token may be limited to, and which of the scopes each permission belongs to.

A role says what a user may do; a scope says how much of that a token of theirs may. An action needs both, and both are
asked in one place, `Actor.require`, whichever door the call came by. This table is the whole of it: a permission that
is not in it belongs to `admin`, and fails a test.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class TokenScope(StrEnum):
    """In the order in which they are shown. Reading belongs to every token."""

    READ = "crm:read"
    WRITE = "crm:write"
    BILL = "billing:write"
    SEND = "send"
    ADMIN = "admin"


# For people who are asked for them.
SAID = {
    TokenScope.READ: _("Read everything that you may see"),
    TokenScope.WRITE: _("Write contacts, companies, deals, activities, events and campaigns"),
    TokenScope.BILL: _("Write products, quotes, invoices, contracts and payments"),
    TokenScope.SEND: _("Send to clients: quotes, invoices, contracts, invitations and campaigns"),
    TokenScope.ADMIN: _("Change users, pipelines and settings, as far as your role may"),
}

_BY_SCOPE = {
    TokenScope.READ: """
        accounts.log_out
        agents.ask agents.view_journal
        billing.view_contract billing.view_contract_template billing.view_invoice billing.view_payment
        billing.view_product billing.view_quote billing.view_recurring_invoice billing.view_settings
        crm.view_activity crm.view_company crm.view_contact crm.view_deal
        events.view_event
        marketing.view_campaign marketing.view_consent marketing.view_form marketing.view_picture
        marketing.view_segment
        marketing.view_suppression
        lists.export lists.view_batch
        webhooks.read_changes
    """,
    TokenScope.WRITE: """
        accounts.change_user
        agents.undo
        crm.change_activity crm.change_company crm.change_contact crm.change_deal crm.change_note
        crm.complete_activity crm.create_activity crm.create_company crm.create_contact crm.create_deal
        crm.create_note crm.delete_activity crm.delete_company crm.delete_contact crm.delete_deal crm.delete_note
        crm.merge_companies crm.merge_contacts crm.restore_activity crm.restore_company crm.restore_contact
        crm.restore_deal
        events.change_attendees events.change_event events.check_in events.create_event events.delete_event
        events.restore_event events.rsvp
        lists.choose_columns lists.revert_batch lists.save_view lists.start_batch
        marketing.change_campaign marketing.change_consent marketing.change_form marketing.change_segment
        marketing.create_campaign marketing.create_form marketing.create_picture marketing.create_segment
        marketing.delete_campaign marketing.delete_form marketing.delete_picture marketing.delete_segment
        notifications.change_preferences notifications.read_notification
    """,
    TokenScope.BILL: """
        billing.change_contract billing.change_contract_template billing.change_invoice billing.change_payment
        billing.change_product billing.change_quote billing.change_recurring_invoice billing.convert_quote
        billing.create_contract billing.create_contract_template billing.create_invoice billing.create_payment
        billing.create_product billing.create_quote billing.create_recurring_invoice billing.delete_contract
        billing.delete_contract_template billing.delete_invoice billing.delete_payment billing.delete_product
        billing.delete_quote billing.delete_recurring_invoice billing.manage_product_categories billing.manage_templates
        billing.revise_quote billing.settle_quote billing.sign_contract
    """,
    TokenScope.SEND: """
        billing.send_contract billing.send_invoice billing.send_quote billing.send_receipt billing.share_link
        events.invite events.share_feed events.share_link
        marketing.send_campaign
    """,
    TokenScope.ADMIN: """
        accounts.change_own_password accounts.invite_users accounts.manage_own_tokens accounts.manage_teams
        accounts.manage_users
        agents.approve agents.set_policy
        billing.change_settings billing.keep_books
        core.settle_work
        crm.erase_person crm.export_person crm.manage_custom_fields crm.manage_goals crm.manage_pipelines
        crm.purge_bin crm.remind
        events.keep_events events.purge_bin events.share_tenant_feed
        lists.share_view lists.work_batch
        marketing.change_campaign_settings marketing.change_mail_hook marketing.change_suppression
        marketing.take_report
        operators.visit
        webhooks.manage
    """,
}
READING_ALONE = frozenset({TokenScope.READ})
NEEDED = {permission: scope for scope, permissions in _BY_SCOPE.items() for permission in permissions.split()}
# What is for people without a login, who have no token either.
TOKENLESS = {
    "accounts.accept_invitation", "accounts.ask_for_reset", "accounts.log_in", "accounts.open_account",
    "accounts.reset_password", "billing.note_view", "events.answer", "events.register", "marketing.choose_mails",
    "marketing.confirm_consent", "marketing.read_mail", "marketing.submit_form",
}  # fmt: skip


def scope_of(permission: str) -> TokenScope:
    """The scope that a token needs for what this permission allows."""
    return NEEDED.get(permission, TokenScope.ADMIN)


def scopes_of(abilities: Iterable[str]) -> frozenset[TokenScope] | None:
    """What a token's stored abilities come to; None for a token that may all that its user may.

    Reading is what every token may: an ability that this code does not know is no more than that.
    """
    named = set(abilities)
    return frozenset(scope for scope in TokenScope if scope in named) | {TokenScope.READ} if named else None
