"""The lists of deals and activities."""

from django.utils.translation import gettext_lazy as _

from crm.backoffice.options import activity_states, activity_types, deal_stages, deal_states, users
from crm.filters import DealFilter
from crm.filters_activities import ActivityFilter
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS
from leadercrm.core.web.lists import Choice, Column, ListPage


class DealList(ListPage):
    title = _("Deals")
    section = "deals"
    rows = DEALS
    filters = DealFilter.base_filters
    search_hint = _("Name of the deal")
    empty_title = _("No deals yet")
    empty_text = _("Each sale that may come to be is a deal: with an amount, a stage and somebody who minds it.")
    columns = (
        Column("name", _("Name"), "title", sort="search"),
        Column("company_name", _("Company"), sort="company__name"),
        Column("stage_name", _("Stage"), sort="stage__position"),
        Column("status", _("Status"), "badge"),
        Column("amount", _("Amount"), "money", sort="amount"),
        Column("probability", _("Probability"), "percent", sort="probability"),
        Column("expected_close_date", _("Expected close"), "day", sort="expected_close_date"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (
        Choice("status", _("Any status"), deal_states),
        Choice("stage_id", _("Any stage"), deal_stages),
        Choice("owner_id", _("Anybody's"), users),
    )


class ActivityList(ListPage):
    title = _("Activities")
    section = "activities"
    rows = ACTIVITIES
    filters = ActivityFilter.base_filters
    empty_title = _("Nothing planned")
    empty_text = _("Plan a call or a meeting on a contact's page, and it stands here on its day.")
    columns = (
        Column("subject", _("Subject"), "title", sort="subject"),
        Column("type", _("Type"), "badge", sort="type"),
        Column("due_at", _("Due"), "due", sort="due_at"),
        Column("priority", _("Priority"), "badge", sort="priority"),
        Column("status", _("Status"), "badge", sort="status"),
        Column("user_name", _("Assigned to"), "user", sort="user__name"),
    )
    choices = (
        Choice("status", _("Any status"), activity_states),
        Choice("type", _("Any type"), activity_types),
        Choice("user_id", _("Anybody's"), users),
    )
