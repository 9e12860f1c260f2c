"""What the contract says of every resource, as tests that a resource inherits.

    class TestContacts(ResourceCase):
        path, model = "/contacts", Contact
        routes = ("contact-list", "contact-detail")
        ...

A test of its own fails when a route of the API is named by no case (leadercrm/api/tests/test_routes.py).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from leadercrm.core.actor import Role
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.listing import ListingTests
from leadercrm.core.testing.refusals import everything, untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, same_next_ids, visiting

ABSENT_IDS = ("999999999", "0", "9223372036854775807", "9223372036854775808", "9" * 400)
# Of these tables everybody's rows are seen, in whichever tenant.
SHARED = {"public.tenancy_pendingwork", "public.tenancy_formkey"}
NO_IDS = ("abc", "1.0", "-1", "+1", "1e3", "%D9%A1", "%EF%BC%91", "1%00", "%20", "..", "1%2F2", "%FF", "x" * 3000)


class ResourceCase(ListingTests):
    """Create, read, list, update, delete; roles; another tenant; statements per request.

    `keys` maps each key of an answer to the JSON types that it may have. `roles` is the table of
    contract section 8 for this resource, row by row: operation, then a status for each role. A body that
    names other rows is completed by `place`, on the instance.
    """

    path: ClassVar[str]
    routes: ClassVar[tuple[str, ...]]
    tables: ClassVar[tuple[str, ...]]
    keys: ClassVar[Mapping[str, tuple[type, ...]]]
    body: Mapping[str, Any]
    change: ClassVar[Mapping[str, Any]]
    text: ClassVar[str]
    read_only: ClassVar[Mapping[str, Any]]
    roles: ClassVar[str]
    has_detail: ClassVar[bool] = True
    # Keys that lists leave out, and keys of the body that come back otherwise than they were sent: the
    # resource has tests of its own for them.
    detail_only: ClassVar[frozenset[str]] = frozenset()
    reshaped: ClassVar[frozenset[str]] = frozenset()

    def place(self, api: Api) -> str:
        """The address of the list; a resource that lives under another one makes that first."""
        return self.path

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        """The id of a row that belongs to `owner_id`."""
        return self.make(api, place, owner_id=owner_id)

    def make(self, api: Api, place: str, **values: Any) -> int:
        made = api.post(place, {**self.body, **values})
        assert made.status == 201, made
        row_id: int = made.data["id"]
        return row_id

    def read(self, api: Api, place: str, row_id: int) -> Answer:
        """The row as its detail has it, or as the list has it where there is no detail."""
        if self.has_detail:
            return api.get(f"{place}/{row_id}")
        answer = api.get(place, per_page=100)
        answer.json["data"] = next((row for row in answer.data if row["id"] == row_id), None)
        return answer

    # --- create, read, update, delete

    def test_all_answers_carry_the_same_object(self, api: Api) -> None:
        place = self.place(api)
        made = api.post(place, self.body)
        assert made.status == 201, made
        assert set(made.data) == set(self.keys)
        for key, types in self.keys.items():
            assert type(made.data[key]) in types, (key, made.data[key])
        echoed = {key: value for key, value in self.body.items() if key not in self.reshaped}
        assert {key: made.data[key] for key in echoed} == echoed
        assert api.get(place).data == [self.listed(made)]
        assert self.read(api, place, made.data["id"]).data == made.data

    def listed(self, answer: Answer) -> dict[str, Any]:
        """What lists show of an answer."""
        return {key: value for key, value in answer.data.items() if key not in self.detail_only}

    def test_update_touches_only_what_is_sent(self, api: Api) -> None:
        place = self.place(api)
        row_id = self.make(api, place)
        before = self.read(api, place, row_id).data
        for method in ("PUT", "PATCH"):
            answer = api.call(method, f"{place}/{row_id}", self.change)
            assert answer.status == 200, answer
            assert answer.data == {**before, **self.change, **self._moved(answer)}
            assert self.read(api, place, row_id).data == answer.data
        with untouched():
            assert api.put(f"{place}/{row_id}", {}).data == answer.data

    def _moved(self, answer: Answer) -> dict[str, Any]:
        """Columns that follow others."""
        return {key: answer.data[key] for key in ("updated_at", "full_name", "lead_score") if key in answer.data}

    def test_unknown_and_read_only_keys_are_ignored(self, api: Api) -> None:
        place = self.place(api)
        extra = {"surprise": {"deep": [1]}, "tenant_id": 2, "deleted_at": "2020-01-01", **self.read_only}
        made = api.post(place, {**self.body, **extra})
        assert made.status == 201, made
        for key, value in self.read_only.items():
            assert made.data[key] != value, key
        with untouched():
            changed = api.put(f"{place}/{made.data['id']}", extra)
        assert changed.data == made.data

    def test_delete_takes_the_row_away(self, api: Api) -> None:
        place = self.place(api)
        kept, gone = self.make(api, place), self.make(api, place)
        answer = api.delete(f"{place}/{gone}")
        assert answer.status == 200
        assert set(answer.json) == {"message"}
        listing = api.get(place)
        assert [row["id"] for row in listing.data] == [kept]
        assert listing.json["meta"]["total"] == 1
        with untouched():
            for method in ("GET", "PUT", "DELETE") if self.has_detail else ("PUT", "DELETE"):
                assert api.call(method, f"{place}/{gone}").status == 404

    def test_absent_and_nonsensical_ids_are_not_found(self, api: Api) -> None:
        place = self.place(api)
        methods = ("GET", "PUT", "DELETE") if self.has_detail else ("PUT", "DELETE")
        bodies = set()
        with untouched():
            for row_id in (*ABSENT_IDS, *NO_IDS):
                for method in methods:
                    answer = api.call(method, f"{place}/{row_id}")
                    assert answer.status == 404, (row_id, answer)
                    answer.json.pop("request_id")
                    bodies.add(str(answer.json))
        assert len(bodies) == 1

    def test_slashed_addresses_are_the_same(self, api: Api) -> None:
        place = self.place(api)
        made = api.post(f"{place}/", self.body)
        assert made.status == 201, made
        assert api.get(f"{place}/").data == [self.listed(made)]
        assert api.put(f"{place}/{made.data['id']}/", self.change).status == 200
        assert api.delete(f"{place}/{made.data['id']}/").status == 200

    # --- who may

    def test_role_table(self, alfa: TestTenant, api: Api) -> None:
        place = self.place(api)
        head, *lines = [line.split() for line in self.roles.strip().splitlines()]
        assert head == [role.value for role in Role]
        for operation, whose, *wanted in lines:
            for role, status in zip(head, wanted, strict=True):
                owner = alfa.users[role] if whose == "own" else alfa.users["viewer" if role == "admin" else "admin"]
                row_id = self.owned_row(api, place, owner)
                answer = self._operate(Api(alfa.tokens[role]), operation, place, row_id)
                assert answer.status == int(status), (operation, whose, role, answer)

    def test_role_and_row_are_asked_for_before_the_body(self, alfa: TestTenant, api: Api) -> None:
        place = self.place(api)
        row_id = self.make(api, place)
        wrong = {name: {"no": ["such", "thing"]} for name in self.body}
        assert api.post(place, wrong).status == api.put(f"{place}/{row_id}", wrong).status == 422
        assert api.put(f"{place}/999999999", wrong).status == 404
        head, *lines = [line.split() for line in self.roles.strip().splitlines()]
        for place_of_role, role in enumerate(head, start=2):
            may = {line[0] for line in lines if line[place_of_role] != "403"}
            who = Api(alfa.tokens[role])
            answers = [who.post(place, wrong).status, who.put(f"{place}/{row_id}", wrong).status]
            assert answers == [403, 403] or may & {"create", "change"}, role
            assert answers[0] == 422 or "create" not in may, role

    def _operate(self, who: Api, operation: str, place: str, row_id: int) -> Answer:
        """Do it; a refusal must leave everything as it was."""
        calls = {
            "create": lambda: who.post(place, self.body),
            "read": lambda: self.read(who, place, row_id),
            "change": lambda: who.put(f"{place}/{row_id}", self.change),
            "delete": lambda: who.delete(f"{place}/{row_id}"),
        }
        before = everything()
        answer = calls[operation]()
        assert answer.status < 400 or everything() == before
        return answer

    # --- another tenant

    def test_another_tenant_has_rows_of_its_own(
        self, api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant
    ) -> None:
        same_next_ids(self.tables, alfa, beta)
        place, far = self.place(api), self.place(stranger)
        assert place == far
        ours = self.make(api, place, **{self.text: "Ours"})
        theirs = self.make(stranger, far, **{self.text: "Theirs"})
        assert ours == theirs
        assert self.read(stranger, far, theirs).data[self.text] == "Theirs"
        assert [row[self.text] for row in stranger.get(far).data] == ["Theirs"]
        with untouched():  # Alfa is bound here: these are its tables
            before = self.read(api, place, ours).data
        with visiting(alfa):
            kept = everything()
        stranger.put(f"{far}/{theirs}", {self.text: "Changed"})
        assert self.read(api, place, ours).data == before
        assert stranger.delete(f"{far}/{theirs}").status == 200
        assert self.read(api, place, ours).data == before
        with visiting(alfa):
            after = everything()
        assert {name for name in after if after[name] != kept[name]} <= SHARED

    def test_foreign_row_looks_like_none(self, api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant) -> None:
        same_next_ids(self.tables, alfa, beta)
        place, far = self.place(api), self.place(stranger)
        ours = self.make(api, place)
        for method in ("GET", "PUT", "DELETE") if self.has_detail else ("PUT", "DELETE"):
            foreign, unknown = (stranger.call(method, f"{far}/{row_id}", {}) for row_id in (ours, 999999))
            assert foreign.status == unknown.status == 404
            assert {**foreign.json, "request_id": ""} == {**unknown.json, "request_id": ""}

    # --- cost

    def test_statements_do_not_grow_with_rows(self, api: Api) -> None:
        place = self.place(api)
        row_id = self.make(api, place)
        api.get(place, per_page=100)
        one = statements_of(lambda: api.get(place, per_page=100))
        for _number in range(99):
            self.make(api, place)
        assert api.get(place, per_page=100).json["meta"]["to"] == 100
        hundred = statements_of(lambda: api.get(place, per_page=100))
        assert len(one) == len(hundred), hundred
        assert len(hundred) <= 4, hundred
        if self.has_detail:
            api.get(f"{place}/{row_id}")
            assert len(statements_of(lambda: api.get(f"{place}/{row_id}"))) <= 3
