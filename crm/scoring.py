"""The lead score: how ready a contact looks, 0 to 100, from what is known about them.

A rule is a name, its points, and a test of the contact. The score is the sum, kept within 0 and
100. Rules look at the contact's own columns only, so that the score follows each change at once.
docs/lead-score.md explains them to users.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.text import fold

if TYPE_CHECKING:
    from crm.models import Contact

DECISION_MAKERS = {
    "ceo", "cfo", "coo", "cto", "cmo", "director", "directora", "dueno", "duena", "fundador", "fundadora",
    "founder", "owner", "presidente", "presidenta", "propietario", "propietaria", "socio", "socia", "vp",
}  # fmt: skip
STAGE_POINTS = {"prospect": 10, "opportunity": 20, "customer": 30, "churned": -20}
WORD = re.compile(r"\w+")
WARM_SOURCES = {"referral", "referido", "recomendacion"}


@dataclass(frozen=True)
class Rule:
    """One reason for points. `points` of the contact: zero when the rule does not apply."""

    code: str
    text: object
    points: Callable[[Any], int]


def _if(worth: int, test: Callable[[Any], object]) -> Callable[["Contact"], int]:
    return lambda contact: worth if test(contact) else 0


def _decides(contact: "Contact") -> bool:
    return not DECISION_MAKERS.isdisjoint(WORD.findall(fold(contact.job_title or "")))


RULES: tuple[Rule, ...] = (
    Rule("email", _("Has an e-mail address"), _if(10, lambda c: c.emails)),
    Rule("phone", _("Has a phone"), _if(10, lambda c: c.phones)),
    Rule("company", _("Works for a known company"), _if(5, lambda c: c.company_id)),
    Rule("decision_maker", _("Their job title suggests that they decide"), _if(10, _decides)),
    Rule("referral", _("Was recommended"), _if(10, lambda c: fold(c.source or "") in WARM_SOURCES)),
    Rule("stage", _("Stage of the relationship"), lambda c: STAGE_POINTS.get(c.lifecycle_stage, 0)),
)


def explain_score(contact: "Contact") -> list[tuple[Rule, int]]:
    """Each rule with the points that it gives this contact."""
    return [(rule, rule.points(contact)) for rule in RULES]


def _bounded(points: Iterable[int]) -> int:
    return max(0, min(100, sum(points)))


def contact_score(contact: "Contact") -> int:
    """The lead score, 0 to 100."""
    return _bounded(rule.points(contact) for rule in RULES)
