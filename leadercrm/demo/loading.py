"""Filling the bound tenant with the demo's rows: in bulk, with the audit entries that actions would have left.

Ids. The rows that the reference prints have its ids, the others stand around them without a gap and the
sequences go on behind the last. So the contact that the reference's POST creates is not 5, as printed
there, but the next one: an answer's id is illustrative. Ids kept free for it (5, with the others from
1001 on) would be used up one day, and a new contact would stand at the end of a list that shows the
newest first.
"""

from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from django.db import connection, models
from django.utils import timezone

from billing.models import ProductCategory
from crm.models import Activity, Deal, DealContact, Stage, StageChange
from leadercrm.accounts.models import Team, User
from leadercrm.core import tally
from leadercrm.core.actions import snapshot
from leadercrm.core.models import AuditEntry
from leadercrm.demo.activities import activities
from leadercrm.demo.catalogue import categories, products
from leadercrm.demo.deals import Market, Sale, sales
from leadercrm.demo.firms import Staff, firms
from leadercrm.demo.inquiries import Inquiries, inquiries
from leadercrm.demo.mailings import Mailings, mailings
from leadercrm.demo.occasions import Occasions, occasions
from leadercrm.demo.papers import Papers, papers
from leadercrm.demo.paperwork import add_paperwork
from leadercrm.demo.people import notes, people, settle_monterrey
from leadercrm.demo.reference_rows import NOTIFICATION
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.form_keys import enter_key

SEED = 20250315


def load(users: list[User]) -> None:
    """Write everything into the bound tenant, which is empty. `users`: administrator, manager, salesperson.

    Needs a transaction around it. Takes about half a second.
    """
    chance, now = Random(SEED), timezone.now() - timedelta(hours=1)  # noqa: S311 - the same demo each time
    team = Team.objects.create(name="Ventas")
    for user in users[1:]:
        user.team = team
    for user in users:
        user.derive()
    staff = Staff(*(user.pk for user in users))
    companies = firms(staff, chance)
    contacts = people(companies, staff, now, chance)
    market = Market(companies, contacts, list(Stage.objects.order_by("position")), staff, now)
    sold = sales(market, chance)
    settle_monterrey(contacts)
    _insert(users, "account.opened")
    _insert([firm.row for firm in companies], "company.created")
    _insert(contacts, "contact.created")
    _insert(notes(contacts, staff, chance), "note.created")
    _insert_sales(sold)
    _insert(activities(sold, market, chance), "activity.created")
    ProductCategory.objects.bulk_create(categories())
    advance_sequence(ProductCategory)
    _insert(products(), "product.created")
    _insert_mailings(mailings(contacts, staff, now, chance))
    _insert_inquiries(inquiries(contacts, staff, chance))
    _insert_occasions(occasions(contacts, staff, now, chance))
    _insert_papers(add_paperwork(papers(companies, contacts, staff), sold, market, chance))
    _notify(users[0])


def _notify(user: User) -> None:
    """The notification of the reference, unread. Notifications are not audited."""
    Notification.objects.create(user=user, **NOTIFICATION)
    advance_sequence(Notification)
    tally.recount(Notification._meta.label_lower, 1)


def _insert(rows: list[Any], action: str) -> None:
    """Rows of one model with their ids, their audit entries and their tally."""
    model = type(rows[0])
    for row in rows:
        if hasattr(row, "updated_at"):
            row.updated_at = _last_change(row)
    model._default_manager.bulk_create(rows)
    if not isinstance(rows[0], User):
        advance_sequence(model)
    AuditEntry.objects.bulk_create(_entry(row, action) for row in rows)
    tally.recount(model._meta.label_lower, len(rows))


def _last_change(row: Any) -> datetime:
    """When a row was changed last, for those that go on changing."""
    later = {Deal: "stage_entered_at", Activity: "completed_at"}.get(type(row), "created_at")
    changed: datetime = getattr(row, later) or row.created_at
    return changed


def _insert_sales(sold: list[Sale]) -> None:
    """Deals, and what only exists beside one."""
    _insert([sale.deal for sale in sold], "deal.created")
    DealContact.objects.bulk_create(row for sale in sold for row in sale.participants())
    changes = [row for sale in sold for row in sale.stage_changes()]
    StageChange.objects.bulk_create(sorted(changes, key=attrgetter("at")))


def _insert_papers(made: Papers) -> None:
    """Quotes before what was made of them, and lines after their documents."""
    for document in (*made.quotes, *made.contracts, *made.invoices):
        document.derive()
    _insert(made.templates, "contract_template.created")
    _insert(made.quotes, "quote.created")
    _insert(made.contracts, "contract.created")
    _insert(made.invoices, "invoice.created")
    _insert(sorted(made.payments, key=attrgetter("pk")), "payment.created")
    made.write_lines()


def _insert_mailings(made: Mailings) -> None:
    """Segments before the campaigns that go to them, and what belongs to a campaign after it."""
    _insert(made.segments, "segment.created")
    _insert(made.campaigns, "campaign.created")
    for rows in (made.members, made.links, made.recipients, made.events, made.consents, made.suppressions):
        model: Any = type(rows[0])
        model.objects.bulk_create(rows)
        tally.recount(model._meta.label_lower, len(rows))


def _insert_inquiries(made: Inquiries) -> None:
    """Forms, the way from their keys to them, and what was sent."""
    _insert(made.forms, "form.created")
    for form in made.forms:
        enter_key(form.api_key, form.pk)
    _insert(made.submissions, "submission.received")


def _insert_occasions(made: Occasions) -> None:
    """Events before who attends them."""
    _insert(made.events, "event.created")
    _insert(made.attendees, "attendee.added")


def _entry(row: Any, action: str) -> AuditEntry:
    """What the action would have recorded, had the row's owner typed it in."""
    hidden = getattr(row, "UNAUDITED", ())
    changes = {name: [None, value] for name, value in snapshot(row).items() if value is not None}
    return AuditEntry(
        at=row.created_at,
        action=action,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        actor_kind="user",
        user_id=row.pk if isinstance(row, User) else getattr(row, "owner_id", None),
        via="page",
        label="demo",
        changes={name: change for name, change in changes.items() if name not in hidden},
    )


def advance_sequence(model: type[models.Model]) -> None:
    """Let a table's ids go on behind the highest, after rows were inserted with theirs; never back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        sequence = cursor.fetchone()[0]
        highest = model._base_manager.aggregate(highest=models.Max("id"))["highest"]
        cursor.execute(
            "SELECT setval(%s::regclass, greatest(nextval(%s::regclass) - 1, %s))", [sequence] * 2 + [highest]
        )
