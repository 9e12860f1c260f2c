"""Teams in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.teams import change_team, create_team, delete_team
from leadercrm.accounts.api.serializers import TeamInput
from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core.admin_kit.forms import RefusableForm, RowsField
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site

MEMBERS = User.objects.filter(team=OuterRef("pk")).order_by().values("team").annotate(n=Count("pk")).values("n")


class TeamForm(RefusableForm):
    """A team's name and its members, who leave the teams that they were in."""

    # Django's autocompletion asks by a foreign key; any that leads to users does.
    member_ids = RowsField(Invitation, "user", User.objects.all, tenant_site, label=_("Members"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["member_ids"] = list(self.instance.members.order_by("pk").values_list("pk", flat=True))


@admin.register(Team, site=tenant_site)
class TeamAdmin(ActionAdmin):
    section, icon = "people", "groups"
    form = TeamForm
    create_action, update_action, delete_action = create_team, change_team, delete_team
    serializer = TeamInput
    annotations: ClassVar[Any] = {"members_number": Subquery(MEMBERS, output_field=IntegerField())}
    list_display = ("name", "people")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name", "member_ids")

    @admin.display(description=_("members"))
    def people(self, row: Any) -> int:
        return row.members_number or 0
