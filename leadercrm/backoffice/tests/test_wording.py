"""What pages call values: a quote is «enviada», and a contract «enviado»."""

from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.utils.translation import override

from leadercrm.core.templatetags.web import figure, is_past
from leadercrm.core.web.wording import called, tint_of

CALLED = {
    ("sent", ""): "Enviada",
    ("sent", "contracts"): "Enviado",
    ("sent", "recipients"): "Enviado",
    ("paid", "contracts"): "Pagada",
    ("expired", ""): "Vencida",
    ("expired", "contracts"): "Vencido",
    ("completed", ""): "Completada",
    ("completed", "payments"): "Completado",
    ("referral", "sources"): "Recomendación",
    ("referral", ""): "referral",
    ("Feria de Monterrey", "sources"): "Feria de Monterrey",
}


@pytest.mark.parametrize("value", CALLED, ids=" of ".join)
def test_a_value_is_called_by_what_it_is_of(value: tuple[str, str]) -> None:
    with override("es-mx"):
        assert called(*value) == CALLED[value]


def test_a_badge_says_what_its_list_says() -> None:
    badge = Template('{% include "web/_badge.html" with value="sent" of=of %}')
    with override("es-mx"):
        assert "Enviado</span>" in badge.render(Context({"of": "contracts"}))
        assert "Enviada</span>" in badge.render(Context({"of": ""}))
    assert tint_of("sent") == "blue"


@pytest.mark.parametrize(("value", "text"), [(7, "7"), (1843, "1,843"), (Decimal("12500.5"), "12,500.5"), ("–", "–")])
def test_numbers_of_things_are_written_in_thousands(value: object, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("day", "past"),
    [
        ("2026-05-04", True),
        ("2026-05-05", False),
        ("2026-05-06", False),
        ("", False),
        ("2026-05-06T04:59:00Z", True),
        ("2026-05-06T05:01:00Z", False),
    ],
)
def test_a_day_is_past_once_the_next_has_begun_here(day: str, past: bool) -> None:
    """At eleven in the evening in Mexico, when the next day has begun in UTC."""
    with time_machine.travel("2026-05-06T05:00:00Z", tick=False):
        assert is_past(day) is past
