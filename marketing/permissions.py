"""Who may do what in marketing (contract, section 8): managers send campaigns, sales staff do not."""

from leadercrm.core.actor import Scope, grant

grant(
    "marketing.view_segment", "marketing.view_campaign", "marketing.view_consent", "marketing.view_suppression",
    "marketing.view_picture",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
grant(
    "marketing.create_segment", "marketing.change_segment", "marketing.create_campaign", "marketing.change_campaign",
    manager=Scope.ALL, sales=Scope.OWN,
)  # fmt: skip
grant("marketing.create_picture", manager=Scope.ALL, sales=Scope.ALL)
grant("marketing.delete_picture", manager=Scope.ALL, sales=Scope.OWN)
grant("marketing.change_consent", manager=Scope.TEAM, sales=Scope.OWN)
grant(
    "marketing.delete_segment", "marketing.delete_campaign", "marketing.send_campaign", "marketing.change_suppression",
    manager=Scope.ALL,
)  # fmt: skip
# Readers of a campaign, by the links in their mail, about that mail alone.
grant("marketing.read_mail", "marketing.choose_mails", client=Scope.OWN)
# What mail servers report.
grant("marketing.take_report")
# Anybody on a website; and whoever a form's mail asks whether it was they.
grant("marketing.submit_form", visitor=Scope.ALL)
grant("marketing.confirm_consent", client=Scope.OWN)
grant("marketing.view_form", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant("marketing.create_form", "marketing.change_form", "marketing.delete_form", manager=Scope.ALL)
# The address by which a provider reports.
grant("marketing.change_mail_hook")
grant("marketing.change_campaign_settings", manager=Scope.ALL)
