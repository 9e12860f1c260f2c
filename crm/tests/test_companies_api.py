"""Companies over HTTP."""

import pytest

from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.resource import ResourceCase

OPTIONAL_TEXT = (str, type(None))


class TestCompanies(ResourceCase):
    path, routes, tables, text = "/companies", ("company-list", "company-detail"), ("crm_company",), "name"
    keys = {
        "id": (int,), "name": (str,), "domain": OPTIONAL_TEXT, "industry": OPTIONAL_TEXT,
        "employee_range": OPTIONAL_TEXT, "annual_revenue": (int, float, type(None)), "phone": OPTIONAL_TEXT,
        "email": OPTIONAL_TEXT, "tax_id": OPTIONAL_TEXT, "contacts_count": (int,), "owner_id": (int, type(None)),
        "owner_name": OPTIONAL_TEXT, "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {
        "name": "Distribuidora del Norte SA de CV", "domain": "distnorte.mx", "industry": "Distribución",
        "employee_range": "11-50", "annual_revenue": 8500000, "phone": "+52 81 8888 9999",
        "email": "info@distnorte.mx", "tax_id": "DNO900515XYZ",
    }  # fmt: skip
    change = {"annual_revenue": 18000000.5}
    read_only = {"id": 77777, "contacts_count": 99, "created_at": "2001-01-01T00:00:00.000000Z", "owner_name": "Nobody"}
    query = {"search": "norte"}
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


@pytest.mark.parametrize(
    "name", ["domain", "industry", "employee_range", "annual_revenue", "phone", "email", "tax_id", "owner_id"]
)
def test_null_clears(api: Api, name: str) -> None:
    made = api.post("/companies", TestCompanies.body).data
    assert made[name] is not None
    assert api.put(f"/companies/{made['id']}", {name: None}).data[name] is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [(0, 0), (0.01, 0.01), ("450000.00", 450000), (1e15, 10**15), ("9999999999999999.99", 9999999999999999.99)],
)
def test_money_is_a_json_number(api: Api, sent: object, shown: float) -> None:
    made = api.post("/companies", {"name": "A", "annual_revenue": sent})
    assert made.data["annual_revenue"] == shown
    assert not isinstance(made.data["annual_revenue"], str)


def test_wrong_check_digit_is_no_refusal(api: Api) -> None:
    assert api.post("/companies", {"name": "A", "tax_id": "SIN850101ABC"}).data["tax_id"] == "SIN850101ABC"


def test_contacts_are_counted_while_they_live(api: Api) -> None:
    company = api.post("/companies", {"name": "A"}).data["id"]
    contacts = [api.post("/contacts", {"first_name": "B", "company_id": company}).data["id"] for _number in range(3)]
    assert api.get(f"/companies/{company}").data["contacts_count"] == 3
    api.delete(f"/contacts/{contacts[0]}")
    api.put(f"/contacts/{contacts[1]}", {"company_id": None})
    assert api.get("/companies").data[0]["contacts_count"] == 1


def test_deleting_detaches_contacts(api: Api) -> None:
    company = api.post("/companies", {"name": "A"}).data["id"]
    contact = api.post("/contacts", {"first_name": "B", "company_id": company}).data["id"]
    assert api.delete(f"/companies/{company}").status == 200
    after = api.get(f"/contacts/{contact}").data
    assert (after["company_id"], after["company_name"]) == (None, None)
    assert set(api.post("/contacts", {"first_name": "C", "company_id": company}).errors) == {"company_id"}
