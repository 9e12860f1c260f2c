"""Loading: whole or not at all, twice is once, and look-ups go on meanwhile."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from leadercrm.core.database import connection
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import meanwhile
from leadercrm.core.testing.processes import wait_until
from leadercrm.core.testing.refusals import contents
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.postal import catalogue, places
from leadercrm.postal.catalogue import load, load_shipped
from leadercrm.postal.models import CatalogueLoad, PostalCode
from leadercrm.postal.places import BadCatalogue, Place
from leadercrm.postal.shipped import read_shipped
from leadercrm.postal.tests.catalogues import PLACES, lines_of, text_of

SEPOMEX = CatalogueLoad.Source.SEPOMEX
TABLES = [PostalCode._meta.db_table, CatalogueLoad._meta.db_table]


@pytest.fixture
def small() -> Iterator[None]:
    """Let three codes in two states be a whole catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "LEAST_CODES", 3)
        patch.setattr(places, "LEAST_COLONIES", 3)
        patch.setattr(places, "STATES", 2)
        yield


@pytest.fixture(scope="module")
def whole() -> bytes:
    """The shipped catalogue as SEPOMEX would write it."""
    return text_of(read_shipped())


def versions() -> dict[str, str]:
    """Which transaction wrote each row last: the same as long as it is not written again."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT code, xmin::text || ctid::text FROM "public"."postal_postalcode"')
        return dict(cursor.fetchall())


def refresh(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    out = StringIO()
    call_command("refresh_postal_codes", str(path), stdout=out)
    return out.getvalue()


def test_migrating_has_loaded_the_shipped_catalogue(db: None) -> None:
    last = CatalogueLoad.objects.latest("pk")
    assert (last.source, last.codes) == ("shipped", PostalCode.objects.count())
    assert last.codes > 32_000
    assert last.colonies > 140_000


def test_shipped_catalogue_is_loaded_once(db: None) -> None:
    before = contents(TABLES)
    assert load_shipped() is None
    assert contents(TABLES) == before


def test_newer_shipped_catalogue_replaces_an_older_one(db: None) -> None:
    CatalogueLoad.objects.update(fingerprint="of an older release")
    PostalCode.objects.filter(code="64000").delete()
    assert load_shipped() is not None
    assert PostalCode.objects.filter(code="64000").exists()


def test_what_an_operator_has_loaded_stays(db: None, small: None) -> None:
    load(PLACES, SEPOMEX, "a file")
    assert load_shipped() is None
    assert PostalCode.objects.count() == 3


def test_loading_the_same_again_writes_no_row(db: None) -> None:
    before = versions()
    load(read_shipped(), SEPOMEX, "the same in another format")
    assert versions() == before


def test_only_what_differs_is_written(db: None, small: None) -> None:
    load(PLACES, SEPOMEX, "first")
    before = versions()
    changed = Place("64000", "Nuevo León", "Monterrey", "Monterrey", ("Otra",))
    load([PLACES[0], changed, Place("67999", "Nuevo León", "General Bravo")], SEPOMEX, "second")
    after = versions()
    assert set(after) == {"01000", "64000", "67999"}
    assert [code for code in before if after.get(code) == before[code]] == ["01000"]
    assert Api().get("/api/copomex/64000").json["colonies"] == ["Otra"]
    assert Api().get("/api/copomex/67999").json["city"] == "General Bravo"
    assert Api().get("/api/copomex/67550").json["found"] is False


def test_refresh_from_a_whole_file_of_sepomex(db: None, tmp_path: Path, whole: bytes) -> None:
    """The shipped catalogue in SEPOMEX's format changes nothing but what is told to be the source."""
    before = versions()
    said = refresh(tmp_path / "CPdescarga.txt", whole)
    assert said == "32,791 postal codes with 144,129 colonies are in force now.\n"
    assert versions() == before
    assert CatalogueLoad.objects.latest("pk").source == SEPOMEX


def jalisco(code: str, municipality: str = "Zapopan") -> bytes:
    return "\n".join(lines_of([Place(code, "Jalisco", municipality, "", ("A",))])).encode("cp1252") + b"\n"


SPOILT: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda raw: text_of(PLACES), "only 3 postal codes"),
    (lambda raw: raw + jalisco("6400"), "'6400' is no postal code"),
    (lambda raw: raw + jalisco("44999", ""), "44999 has no municipality"),
    (lambda raw: raw + jalisco("44999", "Z" * 101), "cannot be one"),
    (lambda raw: raw + jalisco("44999", "Tonal\xe1").replace(b"\xe1", b"\x81"), "cannot be one"),
    (lambda raw: raw[:-30], "fields where"),
    (lambda raw: b"<html>503</html>", "only 0 postal codes"),
]


def test_refused_refresh_changes_nothing(db: None, tmp_path: Path, whole: bytes) -> None:
    before = contents(TABLES)
    without_a_state = b"\n".join(line for line in whole.splitlines() if b"|Jalisco|" not in line)
    with pytest.raises(CommandError, match="nothing has changed.*31 states"):
        refresh(tmp_path / "CPdescarga.txt", without_a_state)
    start = b"\n".join(whole.splitlines()[:2000]) + b"\n"  # what is at fault is found before what is too small
    for spoil, reason in SPOILT:
        with pytest.raises(CommandError, match=f"nothing has changed.*{reason}"):
            refresh(tmp_path / "CPdescarga.txt", spoil(start))
    assert contents(TABLES) == before


def test_missing_file_is_said_in_one_line(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.txt was not loaded"):
        call_command("refresh_postal_codes", str(tmp_path / "none.txt"))


def test_load_that_fails_half_way_leaves_nothing(db: None, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(TABLES)
    monkeypatch.setattr(catalogue, "MERGE", catalogue.MERGE + "; SELECT 1/0")
    with pytest.raises(Exception, match="division by zero"):
        load(PLACES, SEPOMEX, "a file")
    assert contents(TABLES) == before


@pytest.fixture
def committed(live: TestTenant) -> Iterator[TestTenant]:
    """The table may be loaded for real; what was there comes back."""
    yield live
    CatalogueLoad.objects.all().delete()
    load_shipped()


NEW_CODE = Place("00123", "Nuevo León", "Monterrey", "", ("Centro",))


def load_during_a_load(tenant: TestTenant) -> set[str]:
    """Load NEW_CODE with others, and without it while the first load has not been committed; the codes in the end."""
    pids: list[int] = []

    def second() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        load(PLACES, SEPOMEX, "second")
        connection.close()

    with meanwhile(tenant, lambda: load([*PLACES, NEW_CODE], SEPOMEX, "first")):
        assert Api().get("/api/copomex/99000").json["found"] is True  # of the catalogue before
        assert Api().get("/api/copomex/00123").json["found"] is False
        thread = Thread(target=second)
        thread.start()
        wait_until(lambda: pids and is_waiting(pids[0]), "the second load waits")
    thread.join()
    return set(PostalCode.objects.values_list("code", flat=True))


def is_waiting(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


def test_loads_take_turns_and_look_ups_go_on(committed: TestTenant, small: None) -> None:
    assert load_during_a_load(committed) == {place.code for place in PLACES}
    assert CatalogueLoad.objects.latest("pk").fingerprint == "second"


def test_without_the_lock_two_loads_mix(committed: TestTenant, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the first one brought, the second does not see and leaves."""
    monkeypatch.setattr(catalogue, "PREPARE", catalogue.PREPARE.partition(";")[2])
    assert load_during_a_load(committed) == {place.code for place in PLACES} | {NEW_CODE.code}


def test_three_codes_are_no_catalogue(db: None) -> None:
    """The control of `small`."""
    with pytest.raises(BadCatalogue, match="only 3"):
        load(PLACES, SEPOMEX, "a file")
