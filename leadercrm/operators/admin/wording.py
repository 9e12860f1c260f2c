"""What the pages of /operator/ call the models of `public`."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call
from leadercrm.operators.models import Operator, OperatorAudit, OperatorSession, Visit
from leadercrm.tenancy.models import (
    EvidenceIndex,
    LoginIndex,
    MailHook,
    MigrationStep,
    PendingWork,
    PeriodicRun,
    SchemaTemplate,
    Tenant,
    Turn,
)

call(
    Tenant, _("account"), _("accounts"), name=_("name"), schema_name=_("schema"), created_at=_("created"),
    claimed_at=_("opened"), suspended_at=_("suspended"), schema_version=_("schema version"), settings=_("settings"),
)  # fmt: skip
call(
    LoginIndex, _("login"), _("logins"), email=_("e-mail address"), tenant=_("account"), role=_("role"),
    is_active=_("active"),
)  # fmt: skip
call(
    PendingWork, _("piece of pending work"), _("pending work"), tenant=_("account"), work_id=_("row"),
    due_at=_("due"), trouble=_("trouble"),
)  # fmt: skip
call(
    MailHook, _("address for reports of mails"), _("addresses for reports of mails"), tenant=_("account"),
    created_at=_("created"), last_used_at=_("last used"),
)  # fmt: skip
call(
    Turn, _("turn of an account"), _("turns of accounts"), tenant=_("account"), kind=_("kind"), due_at=_("due"),
    served_at=_("last served"),
)  # fmt: skip
call(
    EvidenceIndex, _("evidence"), _("evidence"), tenant=_("account"), sequence=_("place in the chain"), code=_("code"),
    sha256=_("SHA-256 of the PDF"), entry_hash=_("hash of the entry"),
)  # fmt: skip
call(PeriodicRun, _("periodic job"), _("periodic jobs"), job=_("job"), started_at=_("began"), finished_at=_("ended"))
call(SchemaTemplate, _("schema template"), _("schema templates"), version=_("version"), created_at=_("created"))
call(MigrationStep, _("migration"), _("migrations"), app=_("app"), name=_("name"))
call(
    Operator, _("operator"), _("operators"), email=_("e-mail address"), name=_("name"), is_active=_("active"),
    last_login=_("last login"), created_at=_("created"),
)  # fmt: skip
call(
    OperatorSession, _("session"), _("sessions of operators"), operator=_("operator"), created_at=_("began"),
    last_used_at=_("last used"), expires_at=_("expires"), ended_at=_("ended"),
)  # fmt: skip
call(
    Visit, _("visit"), _("visits"), operator=_("operator"), tenant=_("account"), reason=_("reason"),
    created_at=_("began"), expires_at=_("expires"), ended_at=_("ended"),
)  # fmt: skip
call(
    OperatorAudit, _("audit entry"), _("audit log"), at=_("when"), action=_("what"), object_type=_("kind of object"),
    object_id=_("object"), tenant_id=_("account"), operator=_("operator"), label=_("who"), ip=_("address"),
)  # fmt: skip
tell(
    entered=_("visit of an operator"), left=_("end of a visit"), suspended=_("suspension"), resumed=_("resumption"),
    renewed=_("new password"),
)  # fmt: skip
tell_columns(administrator=_("administrator"), login=_("login"))
