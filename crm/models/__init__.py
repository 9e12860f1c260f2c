"""Tables of the sales half: companies, contacts, notes, pipelines, deals, activities."""

from crm.models.activity import Activity, ActivityStatus, ActivityType, Priority
from crm.models.address import Address
from crm.models.company import Company
from crm.models.contact import Contact, Note
from crm.models.custom_field import CustomField, FieldType
from crm.models.deal import Deal, DealContact, StageChange
from crm.models.erasure import Erasure
from crm.models.goal import SalesGoal
from crm.models.merge import CompanyMerge, ContactMerge, Merge
from crm.models.pipeline import Pipeline, Stage, StageType

__all__ = [
    "Activity",
    "ActivityStatus",
    "ActivityType",
    "Address",
    "Company",
    "CompanyMerge",
    "Contact",
    "ContactMerge",
    "CustomField",
    "Deal",
    "DealContact",
    "Erasure",
    "FieldType",
    "Merge",
    "Note",
    "Pipeline",
    "Priority",
    "SalesGoal",
    "Stage",
    "StageChange",
    "StageType",
]
