"""Campaigns over HTTP: writing, checking, trying and letting them go."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from marketing.models import Campaign, CampaignRecipient, CampaignStatus

CONTENT = '<p>Hola [[first_name|amigo]]:</p><p><a href="https://example.com/oferta">Ver la oferta</a></p>'
PEOPLE: list[dict[str, Any]] = [
    {"first_name": "Ana", "emails": [{"email": "Ana@uno.mx"}]},
    {"first_name": "Beto", "emails": [{"email": "beto@dos.mx"}]},
    {"first_name": "Caro", "emails": [{"email": "ana@uno.mx"}]},
    {"first_name": "Dora", "phones": [{"phone": "8112345678"}]},
]


class TestCampaigns(ResourceCase):
    path, routes, tables, text = "/campaigns", ("campaign-list", "campaign-detail"), ("marketing_campaign",), "name"
    keys = {
        "id": (int,), "name": (str,), "status": (str,), "segment_name": (str, type(None)),
        "stats": (dict, type(None)), "sent_at": (str, type(None)), "subject": (str, type(None)),
        "subject_b": (str, type(None)), "test_share": (int,), "test_hours": (int,), "test_measure": (str,),
        "winner": (str,), "topic": (str,), "preheader": (str, type(None)), "content": (str, type(None)),
        "segment_id": (int, type(None)), "scheduled_at": (str, type(None)), "started_at": (str, type(None)),
        "owner_id": (int, type(None)), "owner_name": (str, type(None)), "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {"name": "Ofertas de abril", "subject": "Solo en abril", "content": CONTENT}
    change = {"name": "Ofertas de mayo"}
    read_only = {"id": 77777, "status": "sent", "stats": {"sent": 9}, "sent_at": "2001-01-01T00:00:00.000000Z"}
    query = {"status": "draft"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """


def a_campaign(api: Api, **values: Any) -> dict[str, Any]:
    """A campaign to a segment of four, two of whom share an address and one has none."""
    ids = [api.post("/contacts", person).data["id"] for person in PEOPLE]
    segment = api.post("/segments", {"name": "Todos", "type": "static", "contact_ids": ids}).data["id"]
    answer = api.post("/campaigns", {**TestCampaigns.body, "segment_id": segment, **values})
    assert answer.status == 201, answer
    campaign: dict[str, Any] = answer.data
    return campaign


def in_status(status: CampaignStatus, campaign: dict[str, Any]) -> str:
    Campaign.objects.filter(pk=campaign["id"]).update(
        status=status, scheduled_at=timezone.now() + timedelta(days=1), started_at=timezone.now()
    )
    return f"/campaigns/{campaign['id']}"


def test_sending_freezes_one_row_for_each_address(api: Api) -> None:
    campaign = a_campaign(api)
    assert campaign["status"] == "draft"
    assert campaign["stats"] is None
    assert campaign["segment_name"] == "Todos"
    sent = api.post(f"/campaigns/{campaign['id']}/send")
    assert (sent.status, sent.data["status"]) == (200, "sending")
    nought = dict.fromkeys(("sent", "failed", "opened", "clicked", "bounced", "unsubscribed"), 0)
    assert sent.data["stats"] == {"recipients": 2, **nought}
    rows = api.get(f"/campaigns/{campaign['id']}/recipients")
    assert sorted((row["email"], row["status"]) for row in rows.data) == [
        ("ana@uno.mx", "queued"),
        ("beto@dos.mx", "queued"),
    ]
    found = api.get(f"/campaigns/{campaign['id']}/recipients", search="beto")
    assert [row["email"] for row in found.data] == ["beto@dos.mx"]


def test_the_audience_stays_as_it_was(api: Api) -> None:
    """Whoever joins the segment afterwards gets nothing, and whoever leaves it does."""
    campaign = a_campaign(api)
    api.post(f"/campaigns/{campaign['id']}/send")
    late = api.post("/contacts", {"first_name": "Eva", "emails": [{"email": "eva@tres.mx"}]}).data["id"]
    members = f"/segments/{campaign['segment_id']}/contacts"
    api.post(members, {"contact_ids": [late]})
    api.call("DELETE", members, {"contact_ids": [row["id"] for row in api.get("/contacts", search="beto").data]})
    emails = set(CampaignRecipient.objects.values_list("email", flat=True))
    assert emails == {"ana@uno.mx", "beto@dos.mx"}


def test_whom_it_leaves_out(api: Api, alfa: TestTenant) -> None:
    campaign = a_campaign(api)
    people = {row["first_name"]: row["id"] for row in api.get("/contacts").data}
    api.put(f"/contacts/{people['Beto']}/consent", {"status": "withdrawn"})
    api.post("/suppressions", {"email": "ANA@uno.mx"})
    sent = api.post(f"/campaigns/{campaign['id']}/send")
    assert (sent.data["status"], sent.data["stats"]["recipients"]) == ("sent", 0)
    assert dict(CampaignRecipient.objects.values_list("email", "skipped")) == {
        "ana@uno.mx": "suppressed",
        "beto@dos.mx": "withdrawn",
    }


def test_a_time_to_come_only_counts_once_it_is_sent(api: Api) -> None:
    """A-44: without /send it stays a draft for ever; with it, it waits."""
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    campaign = a_campaign(api, scheduled_at=tomorrow)
    assert campaign["status"] == "draft"
    path = f"/campaigns/{campaign['id']}"
    assert api.post(f"{path}/send").data["status"] == "scheduled"
    assert not CampaignRecipient.objects.exists()
    with untouched():
        refused = api.put(path, {"name": "B", "scheduled_at": None})
        assert refused.status == 422
        assert "scheduled_at" in refused.errors
        assert api.put(path, {"name": "B", "content": "<p></p>", "subject": None}).errors.keys() == {"subject"}
        assert api.delete(f"/segments/{campaign['segment_id']}").status == 422
    assert api.put(path, {"name": "Otra"}).data["name"] == "Otra"
    assert api.post(f"{path}/unschedule").data["status"] == "draft"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"subject": None}, {"subject"}),
        ({"content": "<script>alert(1)</script>"}, {"content"}),
        ({"segment_id": None}, {"segment_id"}),
        ({"content": '<a href="ofertas">x</a>'}, {"content"}),
        ({"content": "Hola [[nombre]]"}, {"content"}),
        ({"subject": " ", "content": None, "segment_id": None}, {"subject", "content", "segment_id"}),
    ],
)
def test_what_would_be_no_mail_is_not_sent(api: Api, values: dict[str, Any], fields: set[str]) -> None:
    path = f"/campaigns/{a_campaign(api, **values)['id']}"
    with untouched():
        refused = api.post(f"{path}/send")
    assert (refused.status, set(refused.errors)) == (422, fields), refused
    told = api.get(f"{path}/checks").data
    assert {row["field"] for row in told if row["stops"]} == fields


def test_an_empty_segment_stops_it(api: Api) -> None:
    segment = api.post("/segments", {"name": "Nadie", "type": "static"}).data["id"]
    path = f"/campaigns/{a_campaign(api, segment_id=segment)['id']}"
    with untouched():
        assert api.post(f"{path}/send").errors.keys() == {"segment_id"}


def test_checks_warn_of_what_readers_dislike(api: Api) -> None:
    campaign = a_campaign(api, subject="GANA DINERO GRATIS", content='<img src="https://a.mx/b.png">')
    told = {row["code"]: row["stops"] for row in api.get(f"/campaigns/{campaign['id']}/checks").data}
    expected = ("spam_word", "shouting", "no_alt", "only_pictures", "no_address")
    assert told == dict.fromkeys(expected, False)


def test_pictures_and_links_are_looked_at_and_not_called(api: Api, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    content = """<p>Hola <a href="https://[x">x</a> <a href="http://localhost/x">x</a> <a href="">x</a>
        <a href="https://a.mx/?nombre=[[first_name]]">x</a> <a href="mailto:ana@a.mx">x</a> <a href="#arriba">x</a>
        <img alt="" src="foto.png"> <img alt="" src="http://192.168.1.4/a.png"> <img alt="" src="https://a.mx/a.png">
        <img alt="" src="http://127.0.0.1:8000/storage/campaigns/1/2.jpg"></p>"""
    told = api.get(f"/campaigns/{a_campaign(api, content=content)['id']}/checks").data
    codes = Counter(row["code"] for row in told)
    assert (codes["broken_link"], codes["broken_picture"]) == (3, 2)
    assert {row["stops"] for row in told if row["code"].startswith("broken")} == {True, False}


def test_without_a_way_out_nothing_goes_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/campaigns/{a_campaign(api)['id']}"
    assert "no_unsubscribe" not in {row["code"] for row in api.get(f"{path}/checks").data}
    monkeypatch.setattr("marketing.rendering.UNSUBSCRIBE", "")
    with untouched():
        refused = api.post(f"{path}/send")
    assert (refused.status, set(refused.errors)) == (422, {"content"})


# What each status allows: E(dit), D(elete), S(end), P(ause), R(esume), C(ancel), U(nschedule).
ALLOWED = {"draft": "EDS", "scheduled": "EDCU", "sending": "PC", "paused": "RC", "sent": "", "cancelled": "D"}
ACTS = {
    "E": ("PUT", "", {"name": "B"}), "D": ("DELETE", "", None), "S": ("POST", "/send", None),
    "P": ("POST", "/pause", None), "R": ("POST", "/resume", None), "C": ("POST", "/cancel", None),
    "U": ("POST", "/unschedule", None),
}  # fmt: skip


@pytest.mark.parametrize("status", list(CampaignStatus))
def test_every_pair_of_status_and_action(api: Api, status: CampaignStatus) -> None:
    campaign = a_campaign(api)
    for letter, (method, path, body) in ACTS.items():
        if letter not in ALLOWED[status]:
            row = in_status(status, campaign)
            with untouched():
                refused = api.call(method, row + path, body)
            assert (refused.status, refused.json["code"]) == (422, "illegal_transition"), (letter, refused)
            continue
        row = in_status(status, api.post(f"/campaigns/{campaign['id']}/duplicate").data)
        if letter == "S":
            Campaign.objects.filter(pk=row.rpartition("/")[2]).update(scheduled_at=None)
        assert api.call(method, row + path, body).status == 200, letter


def test_cancelling_ends_whatever_waits(api: Api) -> None:
    path = f"/campaigns/{a_campaign(api)['id']}"
    api.post(f"{path}/send")
    assert api.post(f"{path}/cancel").data["status"] == "cancelled"
    assert set(CampaignRecipient.objects.values_list("status", flat=True)) == {"cancelled"}


HOSTILE = '<p onclick="x()">Hola [[first_name]]</p><script>alert(1)</script><a href="javascript:alert(1)">x</a>'
CLEAN = "<p>Hola [[first_name]]</p><a>x</a>"


def test_content_is_made_clean_when_it_is_saved(api: Api) -> None:
    campaign = a_campaign(api, content=HOSTILE)
    assert campaign["content"] == CLEAN
    path = f"/campaigns/{campaign['id']}"
    assert api.patch(path, {"content": "<h1>Hola</h1>"}).data["content"] == "<h1>Hola</h1>"
    assert api.patch(path, {"content": HOSTILE}).data["content"] == CLEAN


def test_content_is_made_clean_where_it_is_shown(api: Api) -> None:
    """However it came to be there: by an earlier release with laxer rules, say."""
    campaign = a_campaign(api)
    Campaign.objects.filter(pk=campaign["id"]).update(content=HOSTILE)
    seen = api.get(f"/campaigns/{campaign['id']}/preview").data
    assert "<p>Hola Ana</p>" in seen["html"]
    for trace in ("onclick", "alert(1)", "javascript:", "<script"):
        assert trace not in seen["html"]


def test_preview_as_a_contact(api: Api) -> None:
    campaign = a_campaign(api, subject="Para [[first_name|usted]]")
    odd = api.post("/contacts", {"first_name": "<b>Zoé</b>", "emails": [{"email": "z@z.mx"}]}).data["id"]
    seen = api.get(f"/campaigns/{campaign['id']}/preview", contact_id=odd).data
    assert seen["subject"] == "Para <b>Zoé</b>"
    assert "Hola &lt;b&gt;Zoé&lt;/b&gt;" in seen["html"]
    assert "Hola <b>Zoé</b>" in seen["text"]
    assert "https://example.com/oferta" in seen["text"]
    assert api.get(f"/campaigns/{campaign['id']}/preview", contact_id=999999).status == 404


def test_a_trial_goes_to_colleagues_alone(api: Api, alfa: TestTenant) -> None:
    path = f"/campaigns/{a_campaign(api)['id']}/test"
    with untouched():
        assert api.post(path, {"emails": ["ana@uno.mx"]}).errors.keys() == {"emails"}
        assert api.post(path, {"emails": []}).status == 422
        assert api.post(path, {"emails": [f"a{n}@b.mx" for n in range(6)]}).status == 422
    address = api.get("/auth/me").data["email"]
    assert api.post(path, {"emails": [address.upper()]}).status == 200
    assert outbox.run(WorkItem.objects.get(task="marketing.send_trial").pk)
    (message,) = mail.outbox
    assert message.to == [address]
    assert message.subject == "[Prueba] Solo en abril"
    assert not CampaignRecipient.objects.exists()


def test_duplicate_is_a_draft_without_a_time(api: Api) -> None:
    campaign = a_campaign(api, scheduled_at="2099-01-01T10:00:00Z")
    api.post(f"/campaigns/{campaign['id']}/send")
    answer = api.post(f"/campaigns/{campaign['id']}/duplicate")
    assert (answer.status, answer.data["status"], answer.data["scheduled_at"]) == (201, "draft", None)
    assert answer.data["content"] == CONTENT
    assert answer.data["name"] == "Ofertas de abril (copia)"


def test_lists_ask_as_often_for_many_as_for_one(api: Api) -> None:
    campaign = a_campaign(api)
    path = f"/campaigns/{campaign['id']}/recipients"
    api.post(f"/campaigns/{campaign['id']}/send")
    for address in ("/campaigns", path):
        api.get(address)
        few = len(statements_of(lambda address=address: api.get(address)))  # type: ignore[misc]
        Campaign.objects.bulk_create(Campaign(name=str(n)) for n in range(30))
        CampaignRecipient.objects.bulk_create(
            CampaignRecipient(
                campaign_id=campaign["id"], email=f"{address[-4:]}{n}@a.mx", values={}, due_at=timezone.now()
            )
            for n in range(30)
        )
        many = len(statements_of(lambda address=address: api.get(address)))  # type: ignore[misc]
        assert few == many
