"""The table of safety, row by row."""

from __future__ import annotations

import pytest

from bot.domain.exchange import BY_ALARM, EXCHANGES, First, Said
from bot.domain.safety import Alarm

ALARMING = {
    Said.CHANGE_WORSE, Said.PAIN_HIGH, Said.PAIN_UP, Said.SUICIDE_WORDS, Said.MEDICAL_WORDS
}  # fmt: skip


def test_everything_that_can_be_said_has_a_row() -> None:
    assert set(EXCHANGES) == set(Said)
    assert set(BY_ALARM) == set(Alarm)


@pytest.mark.parametrize("said", Said)
def test_what_alarms_comes_first_and_holds_exercises(said: Said) -> None:
    exchange = EXCHANGES[said]
    assert (exchange.first is not First.REPLY) == (said in ALARMING)
    assert exchange.exercises == (said not in ALARMING)
