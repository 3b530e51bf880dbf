"""What people read of their own."""

from __future__ import annotations

import json
from datetime import timedelta

from domain.examples import MONDAY

from bot.domain.campaign import Scale
from bot.domain.outcome import Uncertain
from bot.domain.progress import Point
from bot.service import joining, reading

from .world import CHECK_INS, SERIES, World


async def with_answers(world: World) -> None:
    """One round up to the second check-in, with an answer, one passed over and one to come."""
    await world.to_check_in()
    polls = {item.step: item.poll_id or "" for item in await world.outbox() if item.item == 1}
    await world.vote(polls["check-1"], 4)
    await world.next_step()
    await world.next_step()
    polls = {item.step: item.poll_id or "" for item in await world.outbox() if item.item == 1}
    await world.vote(polls["check-2"], 7)
    await world.deliver()


async def test_progress_holds_the_answers_of_this_round_by_scale_and_week(world: World) -> None:
    await with_answers(world)
    person = await world.person()
    assert await reading.progress(world.records, person) == {Scale.PAIN: [Point(1, "4")]}
    await joining.stop(world.records, 1, world.now)
    again = await joining.start_again(world.records, 1, SERIES, world.now)
    assert again is not None
    assert await reading.progress(world.records, again) == {}


async def test_the_tips_that_came_are_listed_in_order_the_uncertain_too(world: World) -> None:
    await world.enrol()
    assert await reading.tips_sent(world.records, await world.person()) == []
    await world.deliver(lambda _: Uncertain("timeout"))
    await world.decline()
    await world.next_step()
    assert await reading.tips_sent(world.records, await world.person()) == ["tip-1", "tip-2"]


async def test_a_stranger_has_no_data(world: World) -> None:
    assert await reading.own_data(world.records, 1, world.now) is None


async def test_own_data_is_everything_that_is_kept_and_fit_for_json(world: World) -> None:
    await with_answers(world)
    begun = world.now
    await joining.stop(world.records, 1, world.now)
    world.turn(days=1)
    await joining.start_again(world.records, 1, SERIES, world.now)
    await world.deliver()
    data = await reading.own_data(world.records, 1, world.now)
    assert data is not None
    data = json.loads(json.dumps(data))
    person = await world.person()
    assert data["made_at"] == world.now.isoformat()
    assert data["campaign"] == {"key": "small", "version": 1}
    assert (
        data["you"].items()
        >= {
            "pseudonym": person.subscriber.pseudonym,
            "language": "nl",
            "time_zone": "Europe/Amsterdam",
            "weekday": 0,
            "part_of_day": "morning",
            "weeks_between_tips": 1,
            "check_ins": "unasked",
            "came_from": "poster",
            "known_since": MONDAY.isoformat(),
        }.items()
    )
    assert MONDAY.isoformat() <= data["you"]["last_seen_at"] <= world.now.isoformat()
    assert data["series"]["ended_at"] is None
    assert data["series"]["status"] == "active"
    assert data["series"]["round"] == 2
    assert data["series"]["next_step"] == "check-1"
    assert data["series"]["next_due_at"] > (world.now + timedelta(days=2)).isoformat()
    given = [(row["scope"], row["act"], row["text"]) for row in data["consents"]]
    assert given == [
        ("series", "given", SERIES.text),
        ("check-ins", "given", CHECK_INS.text),
        ("series", "withdrawn", SERIES.text),
        ("check-ins", "withdrawn", CHECK_INS.text),
        ("series", "given", SERIES.text),
    ]
    assert data["consents"][2]["at"] == begun.isoformat()
    messages = [(row["round"], row["step"], row["item"], row["status"]) for row in data["messages"]]
    assert messages == [
        (1, "tip-1", 0, "sent"),
        (1, "check-1", 0, "sent"),
        (1, "check-1", 1, "sent"),
        (1, "tip-2", 0, "sent"),
        (1, "check-2", 1, "sent"),
        (1, "check-2", 2, "sent"),
        (2, "tip-1", 0, "sent"),
    ]
    answered = [(row["step"], row["question"], row["value"]) for row in data["answers"]]
    assert answered == [("check-1", "pain", "4"), ("check-2", "change", "skip")]
