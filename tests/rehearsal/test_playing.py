"""A rehearsal is its script: turns, acts by hand, going back and every kind of person."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rehearsal.conftest import NOW, Opens, said, steps

from bot.domain.campaign import Campaign
from bot.domain.helplines import Country
from bot.rehearsal.emulator import Refusal
from bot.rehearsal.playing import NoScript, Rehearsal
from bot.rehearsal.script import Script
from bot.settings import Settings


async def test_next_stops_at_each_message_and_tells_where_one_is(rehearsal: Rehearsal) -> None:
    state = await rehearsal.state()
    assert said(state) == []
    assert set(steps(state).values()) == {"to-come"}
    heard = 0
    for _ in range(4):
        await rehearsal.turn("next")
        state = await rehearsal.state()
        assert len(said(state)) > heard
        heard = len(said(state))
    assert list(steps(state).values())[:3] == ["done", "now", "to-come"]
    assert (state["step"], state["clock"]["week"]) == ("week-1", 1)
    assert state["clock"]["next"]["titles"]["en"] == "The cause is often unclear"


async def test_the_own_practice_is_rehearsed_too(
    settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    practice = tmp_path / "practice.yaml"
    practice.write_text("name: Fysio De Brug\n")
    own = settings.model_copy(update={"practice": practice})
    rehearsal = Rehearsal(own, tmp_path_factory.mktemp("scenes"), "nl", NOW)
    await rehearsal.open()
    try:
        await rehearsal.act("text", {"text": "/fysio"})
        assert "Fysio De Brug" in said(await rehearsal.state())[-1]
    finally:
        await rehearsal.close()


async def test_a_step_tells_why_it_comes_now(rehearsal: Rehearsal) -> None:
    async def reason(step: str) -> dict[str, Any]:
        assert await rehearsal.go(step)
        found: dict[str, Any] = (await rehearsal.state())["why"]
        return found

    assert (await reason("not-alone"))["answers"] == "consent"
    check_in = await reason("week-1")
    assert (check_in["bound"], check_in["days"], check_in["answers"]) == ("tip", 3, None)
    tip = await reason("cause-often-unclear")
    monday, morning = 0, "morning"
    assert (tip["bound"], tip["weekday"], tip["part"], tip["pace"]) == ("tip", monday, morning, 1)
    await rehearsal.go("week-6")
    await rehearsal.turn("next")
    assert (await rehearsal.state())["why"]["answers"] == "question"


async def test_a_pause_is_among_the_reasons(rehearsal: Rehearsal) -> None:
    await rehearsal.play(rehearsal.script.model_copy(update={"kind": "pauses"}), both=False)
    assert await rehearsal.go("rarely-serious")
    seen = []
    for _ in range(3):
        await rehearsal.turn("next")
        seen.append(await rehearsal.state())
    assert [state["clock"]["status"] for state in seen] == ["active", "paused", "active"]
    assert [state["step"] for state in seen] == ["rarely-serious", "rarely-serious", "week-3"]
    assert seen[-1]["why"]["paused"]


async def test_going_back_and_on_again_brings_the_same_to_the_byte(rehearsal: Rehearsal) -> None:
    await rehearsal.turn("all")
    end = await rehearsal.state()
    assert end["clock"]["status"] == "finished"
    assert await rehearsal.go("moving-first")
    middle = await rehearsal.state()
    assert steps(middle)["moving-first"] == "now"
    assert said(middle) == said(end)[: len(said(middle))]
    await rehearsal.turn("all")
    again = await rehearsal.state()
    assert again["phones"] == end["phones"]
    assert again["timeline"] == end["timeline"]


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_plays_the_same_script_sees_the_same(opens: Opens, seed: int) -> None:
    luck = random.Random(seed)
    async with opens() as rehearsal:
        kind = luck.choice(list(rehearsal.people.kinds))
        await rehearsal.play(rehearsal.script.model_copy(update={"kind": kind}), both=False)
        for _ in range(12):
            await _something(rehearsal, luck)
        script = rehearsal.script
        seen = await rehearsal.state()
    async with opens("en") as rehearsal:
        await rehearsal.play(Script.model_validate_json(script.model_dump_json()), both=True)
        again = await rehearsal.state()
        english = again["phones"].pop("en")
        assert again["phones"] == seen["phones"]
        assert again["timeline"] == seen["timeline"]
        # The other language lives the same life.
        there, here = english["messages"], seen["phones"]["nl"]["messages"]
        assert [each["message_id"] for each in there] == [each["message_id"] for each in here]
        assert [each["date"] for each in there] == [each["date"] for each in here]


async def _something(rehearsal: Rehearsal, luck: random.Random) -> None:
    """A turn, or an act that someone's phone offers."""
    messages = (await rehearsal.state())["phones"]["nl"]["messages"]
    offers: list[tuple[str, dict[str, Any]]] = [("text", {"text": "/voortgang"})]
    if not messages:
        offers = [("start", {"payload": "poster"})]
    for message in messages[-3:]:
        number = message["message_id"]
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            data = [button["callback_data"] for button in row if "callback_data" in button]
            offers += [("tap", {"message_id": number, "data": each}) for each in data]
        if "poll" in message:
            option = luck.randrange(len(message["poll"]["options"]))
            offers.append(("vote", {"message_id": number, "options": [option]}))
    if luck.random() < 0.5:
        await rehearsal.turn(luck.choice(["next", "next", "day", "week"]))
        return
    try:
        await rehearsal.act(*luck.choice(offers))
    except Refusal:  # Of someone who blocked the bot, or of a poll that is closed.
        return


async def test_what_is_done_by_hand_stands_in_place_of_what_the_kind_would_do(
    rehearsal: Rehearsal,
) -> None:
    await rehearsal.act("start", {})
    await rehearsal.go("week-1")
    ask = (await rehearsal.state())["phones"]["nl"]["messages"][-1]
    no = next(
        button["callback_data"]
        for row in ask["reply_markup"]["inline_keyboard"]
        for button in row
        if button["callback_data"].startswith("checkins:no")
    )
    await rehearsal.act("tap", {"message_id": ask["message_id"], "data": no})
    await rehearsal.turn("all")
    state = await rehearsal.state()
    starts = [m for m in state["phones"]["nl"]["messages"] if m.get("text") == "/start"]
    assert len(starts) == 1
    assert not any("poll" in message for message in state["phones"]["nl"]["messages"])
    assert steps(state)["week-2"] == "passed"


async def test_each_kind_of_person_lives_as_it_says(
    rehearsal: Rehearsal, shipped_campaign: Campaign
) -> None:
    ends: dict[str, dict[str, Any]] = {}
    for kind in rehearsal.people.kinds:
        script = rehearsal.script
        fresh = script.model_copy(update={"kind": kind, "at": script.starts, "acts": ()})
        await rehearsal.play(fresh, both=False)
        await rehearsal.turn("all")
        ends[kind] = await rehearsal.state()
    questions = sum(len(step.questions) for step in shipped_campaign.steps)
    status = {kind: state["clock"]["status"] for kind, state in ends.items()}
    assert status.pop("leaves") == "left"
    assert status.pop("blocks") == "blocked"
    assert set(status.values()) == {"finished"}
    assert _votes(ends["answers"]) == questions
    assert _votes(ends["silent"]) == 0
    assert ends["blocks"]["phones"]["nl"]["blocked"]
    assert ends["elsewhere"]["clock"]["zone"] == "America/Paramaribo"
    assert _pain(ends["worse"])[-1] > _pain(ends["worse"])[0]
    assert _pain(ends["recovered"])[-1] == 0
    late = {kind: datetime.fromisoformat(state["clock"]["now"]) for kind, state in ends.items()}
    assert late["pauses"] - late["answers"] >= timedelta(days=6)
    assert late["returns"] - late["answers"] >= timedelta(days=13)


def _polls(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for m in state["phones"]["nl"]["messages"] if "poll" in m]


def _votes(state: dict[str, Any]) -> int:
    return sum(bool(message["my_vote"]) for message in _polls(state))


def _pain(state: dict[str, Any]) -> list[int]:
    """The answers to the question about pain, as they stand in the poll."""
    return [
        message["my_vote"][0]
        for message in _polls(state)
        if "rugpijn" in message["poll"]["question"] and message["my_vote"]
    ]


async def test_who_left_never_gets_a_later_step(rehearsal: Rehearsal) -> None:
    await rehearsal.play(rehearsal.script.model_copy(update={"kind": "leaves"}), both=False)
    assert not await rehearsal.go("round-up")
    state = await rehearsal.state()
    assert (state["clock"]["status"], state["clock"]["more"]) == ("left", False)


async def test_a_script_that_cannot_be_played_is_refused(rehearsal: Rehearsal) -> None:
    script = rehearsal.script
    for wrong in (
        {"kind": "nobody"},
        {"at": script.starts - timedelta(hours=1)},
        {"at": script.starts + timedelta(days=9999)},
        {"starts": script.starts + timedelta(seconds=1)},
    ):
        with pytest.raises(NoScript):
            await rehearsal.play(script.model_copy(update=wrong), both=False)
    assert rehearsal.script == script


async def test_the_numbers_are_those_of_the_country_that_is_set(
    settings: Settings, tmp_path: Path
) -> None:
    abroad = settings.model_copy(update={"country": Country.GB})
    rehearsal = Rehearsal(abroad, tmp_path, "en", NOW)
    await rehearsal.open()
    await rehearsal.act("text", {"text": "/alarm"})
    card = said(await rehearsal.state(), "en")[-1]
    await rehearsal.close()
    assert "999" in card
    assert "112" not in card


async def test_a_life_that_is_over_leaves_nothing_on_the_disk(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    rehearsal = Rehearsal(settings, folder, "nl", NOW)
    await rehearsal.open()
    for _ in range(3):
        await rehearsal.reload()
    assert len([each for each in folder.iterdir() if each.is_dir()]) == 1
    await rehearsal.close()
    assert not any(each.is_dir() for each in folder.iterdir())
