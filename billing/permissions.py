"""Who may do what in billing (contract, section 8)."""

from leadercrm.core.actor import Scope, grant

grant(
    "billing.view_quote", "billing.view_invoice", "billing.view_contract", "billing.view_payment",
    "billing.view_contract_template", "billing.view_recurring_invoice",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
grant(
    "billing.create_quote", "billing.change_quote", "billing.send_quote", "billing.revise_quote",
    "billing.convert_quote",
    "billing.create_invoice", "billing.change_invoice", "billing.send_invoice",
    "billing.create_payment", "billing.change_payment", "billing.send_receipt",
    "billing.create_contract", "billing.change_contract", "billing.send_contract", "billing.share_link",
    "billing.create_recurring_invoice", "billing.change_recurring_invoice",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
# The staff, and the client by the document's link.
grant(
    "billing.settle_quote", "billing.sign_contract",
    manager=Scope.TEAM, sales=Scope.OWN, client=Scope.OWN,
)  # fmt: skip
grant("billing.note_view", client=Scope.OWN)
# Sales staff delete their own drafts: the actions see to the drafts.
grant("billing.delete_quote", "billing.delete_contract", manager=Scope.TEAM, sales=Scope.OWN)
grant("billing.delete_invoice", "billing.delete_payment", "billing.delete_recurring_invoice", manager=Scope.TEAM)
grant(
    "billing.create_contract_template", "billing.change_contract_template", "billing.delete_contract_template",
    manager=Scope.ALL,
)  # fmt: skip
grant("billing.view_product", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant(
    "billing.create_product", "billing.change_product", "billing.delete_product", "billing.manage_product_categories",
    manager=Scope.ALL,
)  # fmt: skip
grant("billing.view_settings", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant("billing.change_settings", "billing.keep_books")
grant("billing.manage_templates", manager=Scope.ALL)
