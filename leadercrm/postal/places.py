"""What every catalogue of postal codes comes down to, whatever file it was read from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from leadercrm.core.text import fold

CODE = re.compile(r"[0-9]{5}", re.ASCII)
STATES = 32
# Well below any edition of the last ten years (32,000 codes, 144,000 colonies): less is half a file.
LEAST_CODES = 25_000
LEAST_COLONIES = 100_000
LONGEST_NAME = 100


class BadCatalogue(ValueError):
    """A file that is no whole catalogue of Mexico's postal codes; the message says what is wrong with it."""


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, as a person looks them up: accents and capitals make no difference."""
    return tuple(sorted(set(names), key=lambda name: (fold(name), name)))


@dataclass(frozen=True)
class Place:
    """What a postal code stands for; its colonies come `in_order`. An empty `city`: the catalogue names none."""

    code: str
    state: str
    municipality: str
    city: str = ""
    colonies: tuple[str, ...] = ()

    @property
    def named_city(self) -> str:
        """The city; the municipality where there is none, as for three codes in five."""
        return self.city or self.municipality

    @property
    def answer(self) -> str:
        """The JSON text of GET /api/copomex/{cp}, its keys in the published order."""
        body = {
            "found": True,
            "municipality": self.municipality,
            "city": self.named_city,
            "state": self.state,
            "colonies": self.colonies,
        }
        return orjson.dumps(body).decode()


def refuse_nonsense(places: Iterable[Place]) -> None:
    """Raise BadCatalogue for what is no whole catalogue: a state is missing, or names that no place has."""
    codes = colonies = 0
    states = set()
    for place in places:
        codes += 1
        colonies += len(place.colonies)
        states.add(place.state)
        _refuse_bad_names(place)
    if codes < LEAST_CODES or colonies < LEAST_COLONIES:
        raise BadCatalogue(
            f"It has only {codes:,} postal codes with {colonies:,} colonies; "
            f"a whole catalogue has at least {LEAST_CODES:,} with {LEAST_COLONIES:,}."
        )
    if len(states) != STATES:
        raise BadCatalogue(f"It names {len(states)} states, and Mexico has {STATES}: {', '.join(sorted(states))}.")


def _refuse_bad_names(place: Place) -> None:
    if not CODE.fullmatch(place.code):
        raise BadCatalogue(f"{place.code!r} is no postal code of five digits.")
    if not place.municipality or not place.state:
        raise BadCatalogue(f"Postal code {place.code} has no municipality or no state.")
    for name in (place.state, place.municipality, place.city, *place.colonies):
        if len(name) > LONGEST_NAME or not name.isprintable() or "\ufffd" in name:
            raise BadCatalogue(f"Postal code {place.code} has a name that cannot be one: {name[:60]!r}.")
