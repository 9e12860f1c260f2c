"""Search: what finds whom, and that the index answers."""

from typing import Any

import pytest
from django.db import connection

from crm.models import Contact
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.text import search_patterns

PEOPLE: list[dict[str, Any]] = [
    {
        "first_name": "José Ángel",
        "last_name": "García Núñez",
        "emails": [{"email": "jose.garcia@tecnologia.mx"}],
        "phones": [{"phone": "044 55 1234 5678"}],
        "custom_fields": {"rfc": "GANJ850101ABC"},
    },
    {"first_name": "Maria", "last_name": "Garcia Lopez", "phones": [{"phone": "+52 1 81 8765 4321"}]},
    {"first_name": "100%_Real", "last_name": "O'Neill \\ Hijos"},
]
JOSE, MARIA, ODD = range(3)


@pytest.fixture
def people(api: Api) -> list[int]:
    return [api.post("/contacts", person).data["id"] for person in PEOPLE]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("garcia", {JOSE, MARIA}),
        ("GARCÍA", {JOSE, MARIA}),
        ("gárcia", {JOSE, MARIA}),
        ("nunez jose", {JOSE}),
        ("  angel   garcia ", {JOSE}),
        ("arcí", {JOSE, MARIA}),
        ("tecnologia.mx", {JOSE}),
        ("JOSE.GARCIA@", {JOSE}),
        ("ganj850101", {JOSE}),
        ("+52 55 1234 5678", {JOSE}),
        ("5512345678", {JOSE}),
        ("+521 55 1234-5678", {JOSE}),
        ("(01) 55 1234 5678", {JOSE}),
        ("818765", {MARIA}),
        ("4321", {MARIA}),
        ("g", {JOSE, MARIA}),
        ("ma", {MARIA}),
        ("a g", {JOSE}),
        ("rc", set()),
        ("100%", {ODD}),
        ("%_r", {ODD}),
        ("_____", set()),
        ("o'neill", {ODD}),
        ("\\ hijos", {ODD}),
        ("%", set()),
        ("nadie", set()),
        ("garcia nadie", set()),
    ],
)
def test_contact_search(api: Api, people: list[int], query: str, found: set[int]) -> None:
    answer = api.get("/contacts", search=query)
    assert {people.index(row["id"]) for row in answer.data} == found
    assert answer.json["meta"]["total"] == len(found)


def test_phone_text_stays_as_given(api: Api, people: list[int]) -> None:
    assert api.get(f"/contacts/{people[JOSE]}").data["phones"] == [{"phone": "044 55 1234 5678"}]


@pytest.mark.parametrize("query", ["soluciones", "INTEGRÁLES sa", "sin850101", "soluciones-integrales.mx", "55551234"])
def test_company_search(api: Api, query: str) -> None:
    body = {
        "name": "Soluciones Intégrales SA de CV",
        "tax_id": "SIN850101ABC",
        "domain": "soluciones-integrales.mx",
        "phone": "+52 55 5555 1234",
    }
    made = api.post("/companies", body).data["id"]
    api.post("/companies", {"name": "Otra"})
    assert [row["id"] for row in api.get("/companies", search=query).data] == [made]


DUPLICATES = [
    {"emails": [{"email": "Jose.Garcia@TECNOLOGIA.mx"}]},
    *({"phones": [{"phone": phone}]} for phone in ("+525512345678", "+5215512345678", "5512345678", "045 5512345678")),
    {"phones": [{"phone": "01 (55) 1234-5678"}], "emails": [{"email": "otra@ejemplo.mx"}]},
]


@pytest.mark.parametrize("likeness", DUPLICATES)
def test_likely_duplicate_is_named(api: Api, people: list[int], likeness: dict[str, Any]) -> None:
    made = api.post("/contacts", {"first_name": "Otro", **likeness})
    assert made.status == 201
    assert made.json["meta"]["possible_duplicates"] == [people[JOSE]]


def test_no_duplicate_no_name(api: Api, people: list[int]) -> None:
    made = api.post("/contacts", {"first_name": "José Ángel", "phones": [{"phone": "ext. 12"}]})
    assert made.json["meta"]["possible_duplicates"] == []


RARE = ("z", "zz", "yzx", "zyzx", "z garcia", "zzyz@raro.mx", "5599887766")


def test_rare_search_is_answered_by_the_index(alfa: TestTenant) -> None:
    """However short its words are."""
    rows = [
        Contact(first_name=f"Persona {n}", emails=[{"email": f"p{n}@ejemplo.mx"}])
        for n in range(20_000 if FULL else 4_000)
    ]
    rows.append(
        Contact(
            first_name="Zzyzx",
            last_name="Garcia",
            emails=[{"email": "zzyz@raro.mx"}],
            phones=[{"phone": "55 9988 7766"}],
        )
    )
    for row in rows:
        row.derive()
    Contact.objects.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contact")
    for query in RARE:
        found = Contact.objects.all()
        for pattern in search_patterns(query):
            found = found.filter(search__matches=pattern)
        assert "contact_search" in found.values_list("pk").explain(), query
        assert [contact.first_name for contact in found] == ["Zzyzx"], query
