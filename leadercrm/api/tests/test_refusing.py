"""Who may not do something is told so before anything is said of the body: every write, whatever is sent."""

import pytest

from leadercrm.api.tests.operation import Operation
from leadercrm.api.tests.test_matrix import taken_back
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.token_scopes import TokenScope

GARBAGE = {
    "no JSON": (b"{", "application/json"),
    "a list": (b"[1]", "application/json"),
    "another type": (b"<a/>", "application/xml"),
    "a broken form": (b"--x\r\n", "multipart/form-data"),
    "wrong values": (b'{"image":0,"title":{},"name":{},"first_name":[],"url":{}}', "application/json"),
}
# The body itself says what is wanted there: of oneself or of a contact, one's language or one's role.
BY_BODY = {"event-rsvp", "user-detail"}


def sent(api: Api, operation: Operation, garbage: str = "") -> Answer:
    """Send it as it is, or garbage in its stead, and take back what it did."""
    with taken_back():
        if not garbage:
            return api.call(operation.method, operation.path, operation.body)
        raw, content_type = GARBAGE[garbage]
        return api.call(operation.method, operation.path, raw=raw, content_type=content_type)


@pytest.fixture(scope="module")
def writes(known: list[Operation]) -> list[Operation]:
    return [
        operation
        for operation in known
        if operation.method != "GET" and not operation.public and operation.route not in BY_BODY
    ]


@pytest.fixture(params=["viewer", TokenScope.SEND])
def outsider(request: pytest.FixtureRequest, api: Api, viewer: Api) -> Api:
    """Somebody whose role may little, or whose token may."""
    if request.param == "viewer":
        return viewer
    return Api(api.post("/auth/tokens", {"name": "A", "scopes": [request.param]}).data["token"])


@pytest.fixture
def refused(outsider: Api, writes: list[Operation]) -> list[Operation]:
    """What they may not do."""
    found = [operation for operation in writes if sent(outsider, operation).status == 403]
    assert len(found) > 100
    return found


@pytest.mark.parametrize("garbage", GARBAGE)
def test_the_role_is_asked_for_before_the_body(outsider: Api, refused: list[Operation], garbage: str) -> None:
    with untouched():
        answers = {str(operation): sent(outsider, operation, garbage).status for operation in refused}
    assert {place: status for place, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("garbage", [name for name in GARBAGE if name != "wrong values"])
def test_control_who_may_is_told_of_the_body(api: Api, writes: list[Operation], garbage: str) -> None:
    taking = [operation for operation in writes if operation.body is not None]
    assert len(taking) > 60
    answers = {str(operation): sent(api, operation, garbage).status for operation in taking}
    assert {place: status for place, status in answers.items() if status != 422} == {}
