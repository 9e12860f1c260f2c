"""Building the shipped catalogue from satcfdi's file, here one that is written for the test."""

import pickle
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from leadercrm.postal.places import BadCatalogue, Place, refuse_nonsense
from leadercrm.postal.sat import CITIES, CODES, COLONIES, MUNICIPALITIES, STATES, read_sat
from leadercrm.postal.shipped import FILE, read_shipped, write_shipped
from leadercrm.postal.tests.catalogues import PLACES

TABLES: dict[str, dict[Any, Any]] = {
    CODES: {
        "00000": ["NLE", "000", "00", "0"],
        "64000": ["NLE", "039", "07", "0"],
        "64001": ["NLE", "", "", "0"],
        "67550": ["NLE", "038", "", "0"],
        "01029": ["CMX", "010", "01", "0"],
    },
    COLONIES: {("0002", "64000"): "Monterrey Centro", ("0001", "64000"): "La Finca", ("0001", "67550"): "Ojo de Agua",
               ("0009", "64000"): "La Finca"},
    MUNICIPALITIES: {("039", "NLE"): "Monterrey", ("038", "NLE"): "Montemorelos", ("010", "CMX"): "Álvaro Obregón"},
    CITIES: {("07", "NLE"): "Monterrey", ("01", "CMX"): "Ciudad de México"},
    STATES: {"NLE": ["MEX", "Nuevo León"], "CMX": ["MEX", "Ciudad de México"]},
}  # fmt: skip


class Trap:
    """What would be called if the file were unpickled by the usual means."""

    def __reduce__(self) -> Any:
        return (print, ("sprung",))


def write(path: Path, tables: dict[str, dict[Any, Any]] = TABLES) -> Path:
    with sqlite3.connect(path) as database:
        for table, rows in tables.items():
            database.execute(f"CREATE TABLE {table} (key BLOB PRIMARY KEY, value BLOB)")
            pairs = [(pickle.dumps(key, 4), pickle.dumps(value, 4)) for key, value in rows.items()]
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", pairs)
    database.close()
    return path


def test_numbers_become_names_and_numbers_of_no_place_are_left_out(tmp_path: Path) -> None:
    assert sorted(read_sat(write(tmp_path / "catalogs.db")), key=lambda place: place.code) == [
        Place("01029", "Ciudad de México", "Álvaro Obregón", "Ciudad de México"),
        Place("64000", "Nuevo León", "Monterrey", "Monterrey", ("La Finca", "Monterrey Centro")),
        Place("67550", "Nuevo León", "Montemorelos", "", ("Ojo de Agua",)),
    ]


def test_nothing_in_the_file_is_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "catalogs.db", {**TABLES, STATES: {"NLE": Trap()}})
    with pytest.raises(BadCatalogue, match=r"holds a builtins\.print"):
        read_sat(path)
    assert "sprung" not in capsys.readouterr().out


def test_another_file_is_refused_and_the_shipped_one_stays(tmp_path: Path) -> None:
    before = FILE.read_bytes()
    for path, reason in (
        (tmp_path / "missing.db", "not satcfdi's"),
        (write(tmp_path / "empty.db", {}), "not satcfdi's"),
        (Path(__file__), "not satcfdi's"),
        (write(tmp_path / "small.db"), "only 3 postal codes"),
    ):
        with pytest.raises(CommandError, match=reason):
            call_command("build_postal_codes", str(path))
    assert FILE.read_bytes() == before


def test_same_places_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"
    write_shipped(PLACES, one)
    write_shipped(reversed(PLACES), other)
    assert one.read_bytes() == other.read_bytes()
    assert read_shipped(one) == PLACES


def test_shipped_file_is_whole_small_and_canonical(tmp_path: Path) -> None:
    places = read_shipped()
    refuse_nonsense(places)
    assert FILE.stat().st_size < 1_000_000
    assert len({place.code for place in places}) == len(places)
    write_shipped(places, tmp_path / "again.gz")
    assert read_shipped(tmp_path / "again.gz") == places
