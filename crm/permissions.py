"""Who may do what with contacts, companies, notes, deals, pipelines and activities (contract, section 8)."""

from leadercrm.core.actor import Scope, grant

grant(
    "crm.view_contact", "crm.view_company", "crm.view_deal",
    manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL,
)  # fmt: skip
grant(
    "crm.create_contact", "crm.change_contact",
    "crm.create_company", "crm.change_company",
    "crm.create_deal", "crm.change_deal",
    "crm.create_note", "crm.change_note",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
grant("crm.delete_contact", "crm.delete_company", "crm.delete_deal", manager=Scope.TEAM)
grant("crm.delete_note", manager=Scope.TEAM, sales=Scope.OWN)
grant("crm.merge_contacts", "crm.merge_companies", manager=Scope.TEAM, sales=Scope.OWN)
grant("crm.restore_contact", "crm.restore_company", "crm.restore_deal", "crm.purge_bin", "crm.manage_pipelines")
grant("crm.manage_goals", manager=Scope.TEAM)
grant("crm.export_person", "crm.erase_person", "crm.manage_custom_fields")

grant("crm.view_activity", manager=Scope.ALL, sales=Scope.ALL, viewer=Scope.ALL)
grant(
    "crm.create_activity", "crm.change_activity", "crm.complete_activity", "crm.delete_activity",
    manager=Scope.TEAM, sales=Scope.OWN,
)  # fmt: skip
grant("crm.restore_activity", "crm.remind")
