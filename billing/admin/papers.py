"""What the admin pages of quotes, invoices and contracts have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.links import public_link, public_path
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.models import IN_TROUBLE, WorkItem
from leadercrm.core.outbox import subject_of

DEALING = {
    "number": _("number"), "status": _("status"), "contact": _("contact"), "contact_name": _("contact's name"),
    "company": _("company"), "company_name": _("company's name"), "deal": _("deal"), "owner": _("owner"),
    "currency": _("currency"), "created_at": _("created"), "updated_at": _("changed"),
}  # fmt: skip
FIGURES = {
    "subtotal": _("subtotal"), "discount_total": _("discounts"), "tax_total": _("taxes"), "total": _("total"),
    "notes": _("notes"),
}  # fmt: skip
PAGE = {"viewed_at": _("first seen by the client"), "link_version": _("version of the link")}
ALL_SUMS = tuple(money(name, FIGURES[name]) for name in ("subtotal", "discount_total", "tax_total", "total"))
SUMS, TOTAL = (ALL_SUMS[:2], ALL_SUMS[2:]), ALL_SUMS[-1]
KEPT = ("number", "status", "contact_name", "company", "company_name", "created_at", "updated_at")


def has_mail_trouble(row: Any) -> bool:
    """Whether a mail about it has failed or is in doubt."""
    return bool(row.pk) and WorkItem.objects.filter(IN_TROUBLE, about=subject_of(row)).exists()


class PaperAdmin(ActionAdmin):
    """Figures, numbers and statuses are read: actions write them, and buttons call those."""

    section: ClassVar[str] = "billing"
    counted: ClassVar[bool] = True
    list_select_related = ("owner",)
    search_column = "search"
    autocomplete_fields: Sequence[str] = ("contact", "deal", "owner")

    @admin.display(description=_("public link"))
    def page(self, row: Any) -> str:
        """Whoever knows it may answer as the client."""
        return (public_link(row) or public_path(row)) if row.pk else ""

    @admin.display(description=_("lines"))
    def lines(self, row: Any) -> str:
        """`120 × 1,500.00 = 208,800.00 Consultoría`, a line each."""
        lines = row.items.order_by("position") if row.pk else ()
        return "\n".join(
            f"{line.quantity.normalize():f} × {line.unit_price:,.2f} = {line.total:,.2f} {line.description}"
            for line in lines
        )
