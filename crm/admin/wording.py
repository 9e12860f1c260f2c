"""What the admin pages call the models of sales and their columns."""

from django.utils.translation import gettext_lazy as _

from crm.models import (
    Activity,
    Address,
    Company,
    CompanyMerge,
    Contact,
    ContactMerge,
    CustomField,
    Deal,
    Erasure,
    Note,
    Pipeline,
    SalesGoal,
    Stage,
    StageChange,
)
from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call

COMMON = {"owner": _("owner"), "created_at": _("created"), "updated_at": _("changed")}
call(
    Contact, _("contact"), _("contacts"), first_name=_("first name"), last_name=_("last name"),
    emails=_("e-mail addresses"), phones=_("phones"), job_title=_("job title"), company=_("company"),
    lifecycle_stage=_("lifecycle stage"), lead_score=_("lead score"), source=_("source"), city=_("city"),
    country=_("country"), custom_fields=_("custom fields"), **COMMON,
)  # fmt: skip
call(
    Company, _("company"), _("companies"), name=_("name"), domain=_("domain"), industry=_("industry"),
    employee_range=_("employees"), annual_revenue=_("annual revenue"), phone=_("phone"), email=_("e-mail address"),
    tax_id=_("RFC"), **COMMON,
)  # fmt: skip
call(
    Deal, _("deal"), _("deals"), name=_("name"), pipeline=_("pipeline"), stage=_("stage"), amount=_("amount"),
    currency=_("currency"), probability=_("probability, %"), expected_close_date=_("expected close"),
    company=_("company"), contacts=_("contacts"), closed_at=_("closed"), lost_reason=_("reason of loss"),
    stage_entered_at=_("in this stage since"), **COMMON,
)  # fmt: skip
call(
    StageChange, _("stage change"), _("stage changes"), deal=_("deal"), from_stage=_("from"), to_stage=_("to"),
    user=_("by"), at=_("on"), stayed=_("stayed"),
)  # fmt: skip
call(
    Activity, _("activity"), _("activities"), subject=_("subject"), type=_("type"), status=_("status"),
    priority=_("priority"), due_at=_("due"), due_all_day=_("whole day"), completed_at=_("completed"), notes=_("notes"),
    user=_("assigned to"), contact=_("contact"), deal=_("deal"), company=_("company"), created_at=_("created"),
    updated_at=_("changed"),
)  # fmt: skip
call(
    Note, _("note"), _("notes"), contact=_("contact"), user=_("author"), body=_("text"), is_pinned=_("pinned"),
    created_at=_("created"),
)  # fmt: skip
call(Pipeline, _("pipeline"), _("pipelines"), name=_("name"), is_default=_("default"), position=_("place"))
call(
    Stage, _("stage"), _("stages"), pipeline=_("pipeline"), name=_("name"), type=_("type"), color=_("colour"),
    default_probability=_("probability, %"), position=_("place"), rotten_after_days=_("rotten after days"),
)  # fmt: skip
call(
    Address, _("address"), _("addresses"), contact=_("contact"), company=_("company"), street=_("street and number"),
    postal_code=_("postal code"), colony=_("colony"), municipality=_("municipality"), state=_("state of the country"),
)  # fmt: skip
call(
    Erasure, _("erasure"), _("erasures"), contact_id=_("contact"), user=_("by"), reason=_("reason"), kept=_("kept"),
    created_at=_("on"),
)  # fmt: skip
call(
    SalesGoal, _("goal"), _("goals"), month=_("month"), user=_("user"), team=_("team"), amount=_("amount"),
)  # fmt: skip
call(
    CustomField, _("field of contacts"), _("fields of contacts"), key=_("key"), label=_("name"), type=_("type"),
    choices=_("choices"), required=_("required"), position=_("place"),
)  # fmt: skip
call(
    ContactMerge, _("merge"), _("merges"), survivor=_("into"), loser=_("merged contact"), user=_("by"),
    created_at=_("on"), undone_at=_("undone"),
)  # fmt: skip
call(
    CompanyMerge, _("merge of companies"), _("merges of companies"), survivor=_("into"), loser=_("merged company"),
    user=_("by"), created_at=_("on"), undone_at=_("undone"),
)  # fmt: skip
tell(
    moved=_("change of stage"), completed=_("completion"), merged=_("merge"), unmerged=_("merge undone"),
    purged=_("deletion for good"), exported=_("export"), erased=_("erasure"),
)  # fmt: skip
tell_columns(
    contact_ids=_("contacts"), merge_id=_("merge"), merged_from=_("merged record"), merged_into=_("merged into"),
    detached=_("contacts detached"), detached_deals=_("deals detached"),
)  # fmt: skip
