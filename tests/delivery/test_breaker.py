"""The breaker as such: what stops the sending, and what lets it go on."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.breaker import IN_A_ROW, UNAUTHORISED, Breaker, Suspects, Trouble
from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain

AWAY = NotSent("no connection")
SILENT = Uncertain("timed out")
NO_TOKEN = NotSent(UNAUTHORISED)
GONE = Blocked("bot was blocked by the user")


@pytest.mark.parametrize(
    ("outcomes", "trouble"),
    [
        ([AWAY] * 5, Trouble.UNREACHABLE),
        ([SILENT, AWAY, SILENT, SILENT, AWAY], Trouble.UNREACHABLE),
        ([AWAY, AWAY, Flood(3), AWAY, AWAY, AWAY], Trouble.UNREACHABLE),
        ([NO_TOKEN] * 3, Trouble.UNAUTHORISED),
        ([GONE] * 15, Trouble.BLOCKED),
        ([GONE] * 14, None),
        ([GONE] * 14 + [Sent(1)] + [GONE] * 14, None),
        ([AWAY] * 4 + [Sent(1)] + [SILENT] * 4, None),
        ([Refused("no")] * 50, None),
        ([Flood(1)] * 50, None),
    ],
)
def test_so_many_failures_of_one_kind_in_a_row_stop_the_sending(
    outcomes: list[Outcome], trouble: Trouble | None
) -> None:
    breaker = Breaker()
    stopped = [breaker.note(outcome) for outcome in outcomes]
    assert breaker.trouble is trouble
    assert sum(stopped) == (trouble is not None)
    assert stopped[-1] is (trouble is not None)


@pytest.mark.parametrize(
    ("trouble", "probe", "remains"),
    [
        (AWAY, AWAY, True),
        (AWAY, SILENT, True),
        (AWAY, NO_TOKEN, True),
        (AWAY, GONE, False),
        (AWAY, Sent(0), False),
        (GONE, GONE, True),
        (GONE, AWAY, True),
        (GONE, Refused("chat not found, perhaps"), False),
        (NO_TOKEN, GONE, False),
    ],
)
def test_a_probe_tells_whether_the_trouble_remains(
    trouble: Outcome, probe: Outcome, remains: bool
) -> None:
    breaker = Breaker()
    while not breaker.note(trouble):
        pass
    assert breaker.remains(probe) is remains


def test_on_trial_one_failure_is_enough_until_something_gets_through() -> None:
    breaker = Breaker()
    for _ in range(IN_A_ROW[Trouble.UNREACHABLE]):
        breaker.note(AWAY)
    breaker.resume()
    assert (breaker.trouble, breaker.on_trial) == (None, True)
    assert breaker.note(SILENT)
    breaker.resume()
    assert not breaker.note(Sent(1))
    assert not breaker.on_trial
    assert not breaker.note(AWAY)


async def test_a_block_counts_when_a_later_message_arrived() -> None:
    suspects = Suspects()
    early, late = (asyncio.create_task(suspects.confirmed(left_at)) for left_at in (1.0, 3.0))
    await asyncio.sleep(0)
    suspects.reached(2.0)
    assert await early
    suspects.give_up()
    assert not await late


async def test_a_block_that_nothing_confirms_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.breaker.CONFIRMED_WITHIN", 0.01)
    suspects = Suspects()
    assert not await suspects.confirmed(1.0)
    suspects.reached(2.0)
