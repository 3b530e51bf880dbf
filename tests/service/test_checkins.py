"""Consent to check-ins, and what a vote leads to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from domain.examples import campaign_of, check_in, tip

from bot.domain.outcome import NotSent, Sent, Uncertain
from bot.domain.subscriber import CheckIns, Status
from bot.service import checkins, joining, reading, silence
from bot.store import answers
from bot.store.deliveries import State

from .world import World

HIGH = 9
"""The option of a pain that brings the safety card first."""


async def answer(world: World, step: str, item: int) -> tuple[str | None, bool]:
    """What stands for a question, and whether it was ever answered."""
    found = [each for each in await world.outbox() if (each.step, each.item) == (step, item)]
    async with world.records.db.read() as tx:
        enrolment, id_ = found[0].person.enrolment.id, found[0].id
        given = (await answers.of_enrolments(tx, [enrolment]))[enrolment]
    values = [each.value for each in given if each.delivery_id == id_]
    return (values[0], True) if values else (None, False)


async def poll_of(world: World, step: str, item: int = 1) -> str:
    found = [each for each in await world.outbox() if (each.step, each.item) == (step, item)]
    return found[0].poll_id or ""


async def to_two_questions(world: World) -> str:
    """Get the second check-in, the one with two questions; its first poll."""
    await world.to_check_in()
    assert await world.next_step() == [("tip-2", 0)]
    assert await world.next_step() == [("check-2", 1)]
    return await poll_of(world, "check-2")


async def test_the_first_check_in_asks_and_a_yes_brings_its_question_at_once(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    assert await world.next_step() == [("check-1", 0)]
    assert (await world.person()).subscriber.check_ins is CheckIns.ASKED
    agreed = await world.agree()
    assert agreed is not None
    assert agreed.at_once
    assert agreed.person == await world.person()
    assert await world.deliver() == [("check-1", 1)]
    assert await world.consents() == [("series", "given"), ("check-ins", "given")]


async def test_two_yeses_are_one(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await asyncio.gather(*(world.agree() for _ in range(5)))
    assert await world.queued() == [("check-1", 1)]
    assert await world.consents() == [("series", "given"), ("check-ins", "given")]
    await world.deliver()
    again = await world.agree()
    assert again is not None
    assert not again.at_once
    assert await world.queued() == []


async def test_a_yes_after_the_window_counts_from_the_next_check_in(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    world.turn(days=3, seconds=1)
    agreed = await world.agree()
    assert agreed is not None
    assert not agreed.at_once
    assert await world.queued() == []
    assert await world.next_step() == [("tip-2", 0)]
    assert await world.next_step() == [("check-2", 1)]


async def test_who_does_not_answer_is_not_asked_again(world: World) -> None:
    await world.enrol()
    await world.deliver()
    steps = [await world.next_step() for _ in range(4)]
    assert steps == [[("check-1", 0)], [("tip-2", 0)], [("tip-3", 0)], [("tip-4", 0)]]
    assert await world.status() is Status.FINISHED


async def test_a_yes_before_anyone_asked_makes_the_next_check_in_a_question(world: World) -> None:
    await world.enrol()
    await world.deliver()
    agreed = await world.agree()
    assert agreed is not None
    assert not agreed.at_once
    assert await world.next_step() == [("check-1", 1)]


async def test_a_yes_in_a_pause_is_recorded_and_promises_nothing_at_once(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await joining.pause(world.records, 1, 2, world.now)
    agreed = await world.agree()
    assert agreed is not None
    assert not agreed.at_once
    assert await world.queued() == []
    assert (await world.consents())[-1] == ("check-ins", "given")


async def test_strangers_and_who_left_cannot_agree(world: World) -> None:
    assert await world.agree() is None
    assert await world.decline() is None
    await world.enrol()
    await joining.stop(world.records, 1, world.now)
    assert await world.agree() is None


async def test_a_yes_or_a_no_holds_no_tip_back(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    due_at = (await world.person()).enrolment.next_due_at
    assert due_at is not None
    world.now = due_at + timedelta(minutes=5)
    await world.agree()
    await world.decline()
    await world.planner.tick()
    await world.agree()
    await world.decline()
    assert await world.deliver() == [("tip-2", 0)]


async def test_a_no_withdraws_takes_questions_back_and_closes_polls(world: World) -> None:
    poll = await to_two_questions(world)
    await world.vote(poll, 3)
    assert await world.queued() == [("check-2", 2)]
    declined = await world.decline()
    assert declined is not None
    assert declined == await world.person()
    assert declined.subscriber.check_ins is CheckIns.NO
    assert await world.queued() == []
    assert (await world.consents())[-1] == ("check-ins", "withdrawn")
    closing = await silence.look_round(world.records, world.now)
    assert {item.poll_id for item in closing} == {poll, await poll_of(world, "check-1")}
    assert [await world.next_step() for _ in range(2)] == [[("tip-3", 0)], [("tip-4", 0)]]
    await world.decline()
    assert (await world.consents()).count(("check-ins", "withdrawn")) == 1


async def test_a_no_while_a_question_waits_its_turn_goes_on_with_the_next_tip(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    await world.agree()
    world.now = (await world.person()).enrolment.next_due_at or world.now
    await world.planner.tick()
    assert await world.queued() == [("check-1", 1)]
    await world.decline()
    assert await world.queued() == []
    assert await world.next_step() == [("tip-2", 0)]


async def test_a_vote_is_kept_changed_withdrawn_and_given_again(world: World) -> None:
    await world.to_check_in()
    poll = await poll_of(world, "check-1")
    first = await world.vote(poll, 4)
    assert (first.kind, first.value, first.last) == ("first", "4", True)
    assert first.question is not None
    assert first.thanks is not None
    assert (first.question.key, first.thanks.key) == ("pain", "thanks.pain.some")
    assert (await world.vote(poll, 4)).kind == "first"  # the same once more
    assert (await world.vote(poll, 6)).kind == "changed"
    assert await answer(world, "check-1", 1) == ("6", True)
    assert (await world.vote(poll, None)).kind == "withdrawn"
    assert await answer(world, "check-1", 1) == (None, True)
    assert (await world.vote(poll, 2)).kind == "changed"
    assert (await world.vote(poll, 11)).value == "skip"


async def test_the_next_question_follows_once_whatever_becomes_of_the_vote(world: World) -> None:
    poll = await to_two_questions(world)
    voted = await world.vote(poll, 3)
    assert (voted.kind, voted.last) == ("first", False)
    await world.vote(poll, 3)
    await world.vote(poll, None)
    await world.vote(poll, 5)
    assert await world.queued() == [("check-2", 2)]
    assert await world.deliver() == [("check-2", 2)]
    await world.vote(poll, 2)
    assert await world.deliver() == []
    last = await world.vote(await poll_of(world, "check-2", 2), 1)
    assert (last.kind, last.last) == ("first", True)


async def test_pain_that_rose_since_the_last_answer_brings_the_safety_card(world: World) -> None:
    await world.to_check_in()
    await world.vote(await poll_of(world, "check-1"), 3)
    await world.next_step()
    await world.next_step()
    await world.vote(await poll_of(world, "check-2"), 3)
    await world.deliver()
    voted = await world.vote(await poll_of(world, "check-2", 2), 5)
    assert voted.thanks is not None
    assert (voted.thanks.key, voted.thanks.safety) == ("thanks.pain.up", True)


async def test_the_second_question_of_the_last_check_in_still_comes(world: World) -> None:
    await world.to_check_in()
    while await world.status() is Status.ACTIVE:
        sent = await world.next_step()
    assert sent == [("check-4", 1)]
    await world.vote(await poll_of(world, "check-4"), 3)
    assert await world.deliver() == [("check-4", 2)]
    assert (await world.vote(await poll_of(world, "check-4", 2), 1)).last


async def test_the_second_question_comes_in_a_pause_but_not_after_a_stop(world: World) -> None:
    poll = await to_two_questions(world)
    await joining.pause(world.records, 1, None, world.now)
    await world.vote(poll, 3)
    assert await world.deliver() == [("check-2", 2)]
    await joining.stop(world.records, 1, world.now)
    await world.vote(poll, 4)
    assert await world.queued() == []


async def test_a_campaign_that_ends_by_asking_takes_the_yes(world: World) -> None:
    last = campaign_of(tip("tip-1", 0), check_in("check-1", 3))
    ending = World(replace(world.records, campaign=last), world.now)
    await ending.enrol()
    await ending.deliver()
    assert await ending.next_step() == [("check-1", 0)]
    assert await ending.status() is Status.FINISHED
    agreed = await ending.agree()
    assert agreed is not None
    assert agreed.at_once
    assert await ending.deliver() == [("check-1", 1)]
    ending.turn(days=4)
    assert await ending.agree() is None


@pytest.mark.parametrize("way", ["stop", "decline"])
async def test_nothing_is_kept_of_who_takes_no_part_any_more_but_safety_comes_first(
    world: World, way: str
) -> None:
    await world.to_check_in()
    poll = await poll_of(world, "check-1")
    await world.vote(poll, 2)
    if way == "stop":
        await joining.stop(world.records, 1, world.now)
    else:
        await world.decline()
    voted = await world.vote(poll, HIGH)
    assert voted.kind == "foreign"
    assert voted.thanks is not None
    assert voted.thanks.safety
    assert await answer(world, "check-1", 1) == ("2", True)
    assert (await world.vote("unknown poll", 3)).kind == "foreign"
    assert (await world.rows())["vote"] == 0
    assert (await world.vote(poll, None)).kind == "withdrawn"
    assert await answer(world, "check-1", 1) == (None, True)


async def test_votes_of_others_and_on_what_is_no_question_change_nothing(world: World) -> None:
    await world.to_check_in()
    poll = await poll_of(world, "check-1")
    other = World(world.records, world.now, 2)
    assert (await other.vote(poll, 3)).kind == "foreign"
    assert (await other.vote("unknown poll", 3)).kind == "foreign"
    await other.enrol()
    assert (await other.vote(poll, 3)).kind == "foreign"
    assert (await world.vote(poll, 12)).kind == "foreign"
    assert await answer(world, "check-1", 1) == (None, False)
    assert (await world.rows())["vote"] == 0


async def test_a_vote_that_overtakes_our_record_is_taken_when_that_is_written(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    leaving = await world.claim()
    assert (await world.vote("the poll", 5)).kind == "leaving"
    assert (await world.rows())["vote"] == 0
    await world.settle(leaving, lambda _: Sent(8, "the poll"))
    assert (await world.vote("the poll", 5)).kind == "first"
    assert await answer(world, "check-1", 1) == ("5", True)


async def test_a_vote_proves_that_an_uncertain_question_arrived(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    await world.deliver(lambda _: Uncertain("timeout"))
    assert [item.item for item in await world.outbox(State.UNCERTAIN)] == [1]
    voted = await world.vote("the poll", 4)
    assert (voted.kind, voted.value) == ("first", "4")
    assert await world.outbox(State.UNCERTAIN) == []
    assert await poll_of(world, "check-1") == "the poll"
    assert await answer(world, "check-1", 1) == ("4", True)


async def test_a_vote_that_came_before_the_doubt_proves_it_too(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    leaving = await world.claim()
    assert (await world.vote("the poll", 4)).kind == "leaving"
    await world.settle(leaving, lambda _: Uncertain("timeout"))
    assert (await world.vote("the poll", 4)).kind == "first"
    assert await world.outbox(State.UNCERTAIN) == []
    assert await answer(world, "check-1", 1) == ("4", True)


async def test_a_tip_that_is_leaving_does_not_keep_a_vote_from_its_question(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    await world.deliver(lambda _: Uncertain("timeout"))
    world.now = (await world.person()).enrolment.next_due_at or world.now
    await world.planner.tick()
    leaving = await world.claim()
    assert [item.step for item in leaving] == ["tip-2"]
    assert (await world.vote("the poll", 4)).kind == "first"
    await world.settle(leaving)


async def test_a_tap_under_an_uncertain_question_proves_it_and_its_vote_still_counts(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    await world.deliver(lambda _: Uncertain("timeout"))
    (doubtful,) = await world.outbox(State.UNCERTAIN)
    await reading.prove(world.records, 2, doubtful.id, 44)
    await reading.prove(world.records, 1, 999, 44)
    assert len(await world.outbox(State.UNCERTAIN)) == 1
    await reading.prove(world.records, 1, doubtful.id, 44)
    proved = (await world.outbox(State.SENT))[-1]
    assert (proved.id, proved.message_id) == (doubtful.id, 44)
    later = await silence.look_round(world.records, world.now + timedelta(days=3))
    assert [item.id for item in later] == [doubtful.id]
    assert (await world.vote("the poll", 4)).kind == "first"
    assert await answer(world, "check-1", 1) == ("4", True)


async def test_a_question_that_did_not_leave_is_tried_again(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    assert await world.deliver(lambda _: NotSent("no connection")) == [("check-1", 1)]
    assert await world.deliver() == []
    world.turn(seconds=2)
    assert await world.deliver() == [("check-1", 1)]


async def test_a_step_that_left_the_campaign_makes_its_votes_foreign(world: World) -> None:
    await world.to_check_in()
    poll = await poll_of(world, "check-1")
    shorter = replace(world.records, campaign=campaign_of(tip("tip-1", 0), tip("tip-2", 7)))
    voted = await checkins.vote(shorter, 1, poll, 3, world.now)
    assert voted.kind == "foreign"
