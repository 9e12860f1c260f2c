"""Making, keeping and remaking the demo, and what its data are like."""

import stat
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from billing.models import Contract, Invoice, Payment, Quote
from crm.models import Activity, Company, Contact
from crm.queries import likely_duplicates
from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.demo.reference_rows import EMAIL
from leadercrm.demo.tenant import find_demo, token_file
from leadercrm.demo.vocabulary import CITIES
from leadercrm.tenancy.binding import bind_tenant_id
from leadercrm.tenancy.models import AccessToken, LoginIndex, Tenant

NEWCOMER = {
    "name": "Nueva Persona",
    "email": "nueva@otra.example",
    "password": "MiPassword2024!",
    "password_confirmation": "MiPassword2024!",
    "tenant_name": "Otra",
}


def run_demo(*options: str) -> str:
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def token() -> str:
    return token_file().read_text().strip()


def test_demo_logs_in_with_the_printed_password(demo: Api) -> None:
    answer = Api().post("/auth/login", {"email": EMAIL, "password": "secreto123"})
    assert answer.status == 200
    assert answer.json["user"]["id"] == answer.json["tenant"]["id"] == 1


def test_token_is_number_one_and_private(demo: Api) -> None:
    assert token().startswith("1|")
    assert stat.S_IMODE(token_file().stat().st_mode) == 0o600


def test_next_registration_gets_the_next_ids(demo: Api) -> None:
    answer = Api().post("/auth/register", NEWCOMER)
    assert answer.status == 201
    assert (answer.json["tenant"]["id"], answer.json["user"]["id"]) == (2, 2)
    assert answer.json["token"].startswith("2|")
    assert Api(answer.json["token"]).get("/contacts").json["meta"]["total"] == 0


def test_colleagues_log_in_under_their_roles(demo: Api) -> None:
    for email, role in (("lucia@zamarron.example", "manager"), ("emilio@zamarron.example", "sales")):
        answer = Api().post("/auth/login", {"email": email, "password": "secreto123"})
        assert answer.json["user"]["role"] == role
        own = Api(answer.json["token"]).get("/contacts", owner_id=answer.json["user"]["id"])
        assert own.json["meta"]["total"] > 50


def test_if_missing_keeps_what_people_changed(demo: Api) -> None:
    demo.put("/contacts/1", {"city": "Puebla"})
    before = token()
    assert run_demo("--if-missing") == ""
    assert (demo.get("/contacts/1").data["city"], token()) == ("Puebla", before)


def test_if_missing_gives_a_new_token_for_a_revoked_one(demo: Api) -> None:
    assert demo.post("/auth/logout").status == 200
    assert run_demo("--if-missing") == ""
    assert token().startswith("1|")
    assert Api(token()).get("/auth/me").status == 200
    assert demo.get("/auth/me").status == 401


def test_reset_restores_rows_and_ids(demo: Api) -> None:
    demo.delete("/contacts/1")
    schema = Tenant.objects.get(pk=1).schema_name
    registered = Api().post("/auth/register", NEWCOMER).json
    connection.check_constraints()  # a real reset's transaction has no deferred checks open on these tables
    assert "tenant 1;" in run_demo("--reset")
    again = Api(token())
    assert again.get("/auth/me").json["tenant"]["id"] == again.get("/auth/me").data["id"] == 1
    assert again.get("/contacts/1").data["city"] == "Monterrey"
    assert Tenant.objects.get(pk=1).schema_name != schema
    assert list(LoginIndex.objects.filter(tenant_id=1).order_by("pk").values_list("pk", flat=True)) == [
        1,
        1_000_001,
        1_000_002,
    ]
    assert Api(registered["token"]).get("/auth/me").status == 200
    second = Api().post("/auth/register", {**NEWCOMER, "email": "b@otra.example"})
    assert second.json["user"]["id"] == registered["user"]["id"] + 1


def test_demo_beside_another_first_tenant_takes_other_ids(demo: Api) -> None:
    Tenant.objects.filter(pk=1).update(settings={})
    for login in LoginIndex.objects.filter(tenant_id=1):
        LoginIndex.objects.filter(pk=login.pk).update(email=f"real{login.pk}@otra.example")
    AccessToken.objects.filter(pk=1).update(name="api")
    said = run_demo()
    assert "Tenant 1 is somebody else's, so the demo is tenant 2" in said
    assert token().startswith("2|")
    assert Api(token()).get("/contacts/1").data["full_name"] == "Maria Garcia Lopez"
    assert demo.get("/auth/me").json["tenant"]["id"] == 1


def test_taken_address_is_refused_in_one_sentence(demo: Api) -> None:
    Tenant.objects.filter(pk=1).update(settings={})
    count = Tenant.objects.count()
    with pytest.raises(CommandError, match="belongs to tenant 1, which is no demo"):
        run_demo("--reset")
    assert run_demo("--if-missing").count("\n") == 1
    assert Tenant.objects.count() == count


def test_demo_of_another_version_is_kept_and_said(demo: Api) -> None:
    Tenant.objects.filter(pk=1).update(settings={"demo": 0})
    assert "demo-reset" in run_demo("--if-missing")
    found = find_demo()
    assert found is not None
    assert found.settings == {"demo": 0}


def test_failed_load_leaves_nothing(demo: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(users: Any) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("leadercrm.demo.tenant.load", fail)
    with pytest.raises(RuntimeError, match="half way"):
        run_demo("--reset")
    assert demo.get("/contacts/1").status == 200


def test_rows_are_many_plausible_and_consistent(demo: Api) -> None:
    with bind_tenant_id(1):
        contacts, companies = list(Contact.objects.order_by("pk")), list(Company.objects.all())
        assert (len(contacts), len(companies)) == (360, 120)
        assert tally.read("crm.contact")[1] == 360
        assert tally.read("crm.company")[1] == 120
        assert tally.read("crm.note")[1] > 100
        assert {contact.city for contact in contacts} <= {city.name for city in CITIES}
        assert len({company.name for company in companies}) == 120
        days = [contact.created_at for contact in contacts]
        assert days == sorted(days)
        assert User.objects.count() == 3
        assert AuditEntry.objects.filter(object_type="crm.contact", object_id=1, action="contact.created").exists()
        copies = [contact for contact in contacts[1:] if contact.pk % 60 == 0]
        assert sum(bool(likely_duplicates(copy, Actor.system())) for copy in copies) >= 4
        alone = [contact for contact in contacts if contact.pk % 60 and likely_duplicates(contact, Actor.system())]
        assert len(alone) <= len(copies)
    assert demo.get("/contacts").json["meta"]["total"] == 360


def test_new_rows_go_on_behind_the_last(demo: Api) -> None:
    assert demo.post("/contacts", {"first_name": "Nadia"}).data["id"] == 361
    assert demo.post("/companies", {"name": "Nueva"}).data["id"] == 121


def test_there_is_something_to_do(demo: Api) -> None:
    total = demo.get("/activities").json["meta"]["total"]
    late = demo.get("/activities", overdue="true").json["meta"]["total"]
    pending = demo.get("/activities", status="pending").json["meta"]["total"]
    assert (total > 800, pending > 30, 5 < late < pending) == (True, True, True), (total, pending, late)


def test_activities_are_about_what_they_name(demo: Api) -> None:
    with bind_tenant_id(1):
        for activity in Activity.objects.filter(contact__isnull=False).exclude(pk=12).select_related("contact")[:50]:
            assert activity.subject.endswith(activity.contact.full_name)
        assert Activity.objects.filter(status="pending", due_at__lt=F("created_at")).count() == 0
        assert not Activity.objects.filter(completed_at__gt=Now()).exists()


def test_two_years_of_papers_came_of_the_deals(demo: Api) -> None:
    """They stand behind the reference's in the order of their days, and few enough wait to leave those on page one."""
    with bind_tenant_id(1):
        for model, least in ((Quote, 150), (Invoice, 60), (Contract, 15), (Payment, 80)):
            days = [row.created_at for row in model._default_manager.filter(pk__gt=8).order_by("pk")]
            assert len(days) > least, model
            assert days == sorted(days), model
            assert (days[-1] - days[0]).days > 400, model
            assert days[-1] < timezone.now()
        for quote in Quote.objects.filter(pk__gt=8).select_related("deal"):
            assert (quote.deal_id, quote.subtotal) == (quote.deal.pk, quote.deal.amount)
        for invoice in Invoice.objects.annotate(paid=Coalesce(Sum("payments__amount"), Decimal(0))):
            assert invoice.amount_paid == invoice.paid
            assert (invoice.status == "paid") == (invoice.amount_paid == invoice.total)
    for path in ("/quotes?status=sent", "/invoices?status=sent", "/invoices?status=overdue", "/contracts?status=draft"):
        assert 0 < demo.get(path).json["meta"]["total"] < 25, path
