"""Questions that are closed at Telegram, on good days and bad ones."""

from __future__ import annotations

import pytest
from chat.conftest import Stage
from chat.states import polled, turn_off

from bot.rehearsal.emulator import Fault


async def test_one_that_cannot_be_closed_holds_up_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.closing.AT_ONCE", 1)
    stage.world.faults.order(Fault("server_error", "stopPoll"))
    for number in (7, 8):
        await polled(stage, stage.world.person(number))
    await stage.quiet()
    for number in (7, 8):
        await turn_off(stage, stage.world.person(number))
    for _ in range(4):
        await stage.app.rounds.close_polls()
    polls = [p for person in stage.world.people.values() for p in person.chat if "poll" in p]
    assert sorted(each["poll"]["is_closed"] for each in polls) == [False, True]
