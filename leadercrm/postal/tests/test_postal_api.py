"""GET /api/copomex/{cp}: what a code stands for, what is no code, and what a look-up costs."""

from functools import partial
from urllib.parse import quote

import pytest

from leadercrm.api.tests.test_limits import some_ip
from leadercrm.core.api import throttling
from leadercrm.core.database import connection
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.postal.shipped import read_shipped

UNKNOWN: dict[str, object] = {"found": False, "municipality": None, "city": None, "state": None, "colonies": []}
# As SAT and SEPOMEX agree; the reference's colonies of 64000 are made up.
KNOWN = {
    "64000": ("Monterrey", "Monterrey", "Nuevo León", ["La Finca", "Monterrey Centro"]),
    "06700": ("Cuauhtémoc", "Ciudad de México", "Ciudad de México", ["Roma Norte"]),
    "01000": ("Álvaro Obregón", "Ciudad de México", "Ciudad de México", ["San Ángel"]),
    "44100": ("Guadalajara", "Guadalajara", "Jalisco", ["Guadalajara Centro"]),
}


def look_up(code: str, **kwargs: object) -> Answer:
    return Api().get(f"/api/copomex/{code}", **kwargs)


@pytest.mark.parametrize("code", KNOWN)
def test_known_codes(db: None, code: str) -> None:
    answer = look_up(code)
    municipality, city, state, colonies = KNOWN[code]
    assert (answer.status, answer.json) == (
        200,
        {"found": True, "municipality": municipality, "city": city, "state": state, "colonies": colonies},
    )
    assert list(answer.json) == ["found", "municipality", "city", "state", "colonies"]


def test_code_without_a_city_names_its_municipality(db: None) -> None:
    places = {place.code: place for place in read_shipped()}
    village = next(place for place in places.values() if not place.city and len(place.colonies) > 5)
    answer = look_up(village.code).json
    assert (answer["found"], answer["city"], answer["municipality"]) == (
        True,
        village.municipality,
        village.municipality,
    )
    assert answer["colonies"] == list(village.colonies)


def test_code_of_one_large_building_has_no_colonies(db: None) -> None:
    answer = look_up("01029").json
    assert (answer["found"], answer["municipality"], answer["colonies"]) == (True, "Álvaro Obregón", [])


@pytest.mark.parametrize("code", ["99999", "00000", "00001", "98999"])
def test_unknown_code_is_an_answer(db: None, code: str) -> None:
    """A-54; 99999 stands in SAT's list as a number of no place, 00000 as the general public's."""
    answer = look_up(code)
    assert (answer.status, answer.json) == (200, UNKNOWN)


@pytest.mark.parametrize(
    "code",
    ["6400", "640000", "6400a", "abcde", "64 00", " 64000", "64000 ", "+6400", "-6400", "6400.", "0x400", "６４０００",
     "٦٤٠٠٠", "64000\n", "6400²", "null", "1e400", "%", "'", "9" * 3000],
)  # fmt: skip
def test_anything_but_five_ascii_digits_is_refused(db: None, code: str) -> None:
    with untouched():
        answer = look_up(quote(code, safe=""))
    assert (answer.status, set(answer.errors), answer.json["code"]) == (422, {"cp"}, "invalid")


def test_nothing_else_under_the_address(db: None) -> None:
    for path in ("/api/copomex", "/api/copomex/", "/api/copomex/64000/colonies", "/api/v1/copomex/64000"):
        assert Api().get(path).status in (401, 404), path
    assert Api().get("/api/copomex/64000/").json["found"] is True
    assert Api().post("/api/copomex/64000", {}).status == 405


def test_credentials_make_no_difference(db: None, api: Api, stranger: Api) -> None:
    bodies = [client.get("/api/copomex/64000").json for client in (Api(), api, stranger, Api("1|nonsense"))]
    assert all(body == bodies[0] for body in bodies)


def test_look_up_is_one_statement_whatever_was_bound_before(api: Api) -> None:
    api.get("/contacts")
    for code in ("64000", "99999"):
        assert len(statements_of(partial(look_up, code))) == 1
    assert len(statements_of(lambda: look_up("6400"))) == 0
    assert api.get("/contacts").status == 200


def test_kept_connection_that_died_is_replaced(live: object) -> None:
    """The look-up is the first statement of its request, so nothing else would have noticed."""
    assert look_up("64000").json["found"] is True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
    assert look_up("64000").json["found"] is True


@pytest.mark.limits
def test_sixty_a_minute_and_address(db: None) -> None:
    ip = {"REMOTE_ADDR": some_ip()}
    first, wrong = look_up("64000", environ=ip), look_up("6400", environ=ip)
    assert [answer.headers["X-RateLimit-Limit"] for answer in (first, wrong)] == ["60", "60"]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in (first, wrong)] == ["59", "58"]
    throttling.redis_client().incrby(f"limit:postal:{ip['REMOTE_ADDR']}", 57)
    assert look_up("99999", environ=ip).status == 200
    refused = look_up("64000", environ=ip)
    assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert look_up("64000", environ={"REMOTE_ADDR": "10.256.1.1"}).status == 200
