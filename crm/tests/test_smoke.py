"""A first request through every layer."""

from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of


def test_contact_is_made_and_found(api: Api) -> None:
    made = api.post(
        "/contacts", {"first_name": "José", "last_name": "Ángel", "phones": [{"phone": "044 55 1234 5678"}]}
    )
    assert made.status == 201, made
    assert made.data["full_name"] == "José Ángel"
    found = api.get("/contacts", search="+52 1 55 1234 5678")
    assert [row["id"] for row in found.data] == [made.data["id"]]
    assert found.json["meta"]["total"] == 1
    assert api.get(f"/contacts/{made.data['id']}").data == made.data


def test_register_login_me_logout(anonymous: Api) -> None:
    body = {
        "name": "J. Garcia",
        "email": "JG@empresa.mx",
        "password": "MiPassword2024!",
        "password_confirmation": "MiPassword2024!",
        "tenant_name": "Garcia & Asociados",
    }
    made = anonymous.post("/auth/register", body)
    assert made.status == 201, made
    token = anonymous.post("/auth/login", {"email": "jg@empresa.mx", "password": "MiPassword2024!"})
    assert token.status == 200, token
    me = Api(token.json["token"])
    assert me.get("/auth/me").json["tenant"]["name"] == "Garcia & Asociados"
    assert me.post("/auth/logout").json == {"message": "Logged out successfully."}
    assert me.get("/auth/me").status == 401
    assert Api(made.json["token"]).get("/auth/me").status == 200
    assert anonymous.post("/auth/login", {"email": "jg@empresa.mx", "password": "x"}).status == 401


def test_statements(api: Api) -> None:
    api.get("/contacts")
    print("\n".join(statements_of(lambda: api.get("/contacts"))))
    again = api.post("/contacts", {"first_name": "A"}, headers={"Idempotency-Key": "k"})
    assert again.status == 201
    replay = api.post("/contacts", {"first_name": "A"}, headers={"Idempotency-Key": "k"})
    assert replay.data == again.data and replay.headers["Idempotent-Replayed"] == "true"
    assert api.post("/contacts", {"first_name": "B"}, headers={"Idempotency-Key": "k"}).status == 422
    print(api.post("/contacts", {"first_name": 5, "emails": [{"email": "x"}], "owner_id": "abc"}))
    print(api.call("POST", "/contacts", raw=b"[" * 5000, content_type="application/json"))
