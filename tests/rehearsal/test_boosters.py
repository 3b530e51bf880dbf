"""One tip a month, lived through on the rehearsal's clock with the whole program behind it."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal.conftest import said

from bot.domain.campaign import Campaign
from bot.rehearsal.playing import Rehearsal

MONTHLY, YES = "Elke maand een tip", "Ja, elke maand"


async def tap(rehearsal: Rehearsal, words: str) -> None:
    """Tap the newest button with these words."""
    for message in reversed((await rehearsal.state())["phones"]["nl"]["messages"]):
        for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
            for button in row:
                if button["text"] == words:
                    data = {"message_id": message["message_id"], "data": button["callback_data"]}
                    await rehearsal.act("tap", data)
                    return
    raise AssertionError(f"no button {words!r}")


async def through(rehearsal: Rehearsal) -> None:
    """All twelve weeks, and the yes after the round-up."""
    await rehearsal.turn("all")
    await tap(rehearsal, MONTHLY)
    await tap(rehearsal, YES)


def told(state: dict[str, Any], heard: int) -> list[dict[str, Any]]:
    """What the bot said unasked after so many messages of the chat."""
    return [m for m in state["phones"]["nl"]["messages"][heard:] if m["from"]["is_bot"]]


async def test_each_booster_comes_once_a_month_apart_and_then_it_is_over(
    rehearsal: Rehearsal, shipped_campaign: Campaign
) -> None:
    await through(rehearsal)
    state = await rehearsal.state()
    assert said(state)[-1].startswith("Mooi, je krijgt elke maand een tip.")
    assert state["clock"]["status"] == "active"
    # Whoever taps once more gets nothing more.
    await tap(rehearsal, MONTHLY)
    heard = len((await rehearsal.state())["phones"]["nl"]["messages"])
    await rehearsal.turn("all")
    state = await rehearsal.state()
    came = told(state, heard)
    titles = [each.titles["nl"] for each in shipped_campaign.boosters]
    assert [each["text"].partition("\n")[0] for each in came] == titles
    moments = [datetime.fromtimestamp(m["date"], ZoneInfo("Europe/Amsterdam")) for m in came]
    gaps = [(b.date() - a.date()).days for a, b in pairwise(moments)]
    assert gaps == [28] * (len(titles) - 1)
    assert all(8 <= each.hour < 21 for each in moments)
    assert state["clock"]["status"] == "finished"
    for message in came:
        data = [
            b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row
        ]
        assert any(each.startswith("card:help:") for each in data)


async def test_they_stand_after_the_weeks_for_whoever_asked_for_them(
    rehearsal: Rehearsal, shipped_campaign: Campaign
) -> None:
    await rehearsal.turn("all")
    weeks = (await rehearsal.state())["timeline"]
    assert [each["week"] for each in weeks] == list(range(1, 13))
    await tap(rehearsal, MONTHLY)
    await tap(rehearsal, YES)
    state = await rehearsal.state()
    assert state["clock"]["next"]["what"] == "booster"
    rows = state["timeline"][-1]["steps"]
    assert state["timeline"][-1]["week"] is None
    assert [row["key"] for row in rows] == [each.key for each in shipped_campaign.boosters]
    assert {row["state"] for row in rows} == {"to-come"}
    await rehearsal.go(rows[1]["key"])
    state = await rehearsal.state()
    assert [row["state"] for row in state["timeline"][-1]["steps"]][:3] == [
        "done", "now", "to-come",
    ]  # fmt: skip
    assert state["step"] == rows[1]["key"]
    assert state["why"]["bound"] == "tip"
    assert state["why"]["days"] == 25
    repeated = shipped_campaign.boosters[1].repeats
    files = {place["file"] for place in state["authored"]["places"]}
    assert f"nl/{repeated}.j2" in files


async def test_a_stop_between_two_of_them_ends_it(rehearsal: Rehearsal) -> None:
    await through(rehearsal)
    await rehearsal.turn("next")
    assert said(await rehearsal.state())[-1].startswith("Het kan terugkomen")
    await rehearsal.act("text", {"text": "/stop"})
    heard = len((await rehearsal.state())["phones"]["nl"]["messages"])
    await rehearsal.turn("all")
    state = await rehearsal.state()
    assert told(state, heard) == []
    assert state["clock"]["status"] == "left"
    # Who comes back is asked again, and goes on with the ones that they did not have.
    await rehearsal.act("text", {"text": "/start"})
    await tap(rehearsal, "Ja, ik doe mee")
    assert (await rehearsal.state())["clock"]["status"] == "finished"
    await tap(rehearsal, MONTHLY)
    assert "5 keer" in said(await rehearsal.state())[-1]
    await tap(rehearsal, YES)
    await rehearsal.turn("next")
    assert said(await rehearsal.state())[-1].startswith("Kies iets wat je leuk vindt")


async def test_a_break_holds_them_up(rehearsal: Rehearsal) -> None:
    await through(rehearsal)
    before = datetime.fromisoformat((await rehearsal.state())["clock"]["now"])
    await rehearsal.act("text", {"text": "/pauze"})
    await tap(rehearsal, "4 weken")
    await rehearsal.turn("next")
    state = await rehearsal.state()
    assert said(state)[-1].startswith("Het kan terugkomen")
    assert (datetime.fromisoformat(state["clock"]["now"]) - before).days >= 28
