"""Polls: sent, voted on, closed."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, Message
from telegram.error import BadRequest

from bot.rehearsal.emulator import Refusal, World

from .conftest import Clock


async def ask(bot: Bot, world: World, **more: Any) -> Message:
    if not world.person(7).chat:
        world.person(7).start()
        await bot.get_updates(offset=-1)
        world.updates.clear()
    asked: dict[str, Any] = {"is_anonymous": False, **more}
    return await bot.send_poll(7, "Hoe gaat het?", ["Goed", "Gaat", "Slecht"], **asked)


async def test_a_vote_reaches_the_bot(bot: Bot, world: World) -> None:
    message = await ask(bot, world)
    assert message.poll is not None
    world.person(7).vote(message.message_id, [1])
    answer, poll = await bot.get_updates()
    assert answer.poll_answer is not None
    assert answer.poll_answer.poll_id == message.poll.id
    assert answer.poll_answer.option_ids == (1,)
    assert answer.poll_answer.option_persistent_ids == (message.poll.options[1].persistent_id,)
    assert answer.poll_answer.user is not None
    assert answer.poll_answer.user.id == 7
    assert poll.poll is not None
    assert [option.voter_count for option in poll.poll.options] == [0, 1, 0]
    assert world.log[0].poll_id == message.poll.id
    assert world.complaints == []


async def test_a_changed_and_a_retracted_vote(bot: Bot, world: World) -> None:
    message = await ask(bot, world)
    anna = world.person(7)
    anna.vote(message.message_id, [0])
    anna.vote(message.message_id, [2])
    anna.retract(message.message_id)
    updates = await bot.get_updates(allowed_updates=["poll_answer"])
    answers = [update.poll_answer.option_ids for update in updates if update.poll_answer]
    assert answers == [(0,), (2,), ()]
    assert anna.poll(message.message_id).counts == [0, 0, 0]
    with pytest.raises(Refusal, match="no vote"):
        anna.retract(message.message_id)


async def test_an_anonymous_poll_tells_no_names(bot: Bot, world: World) -> None:
    message = await ask(bot, world, is_anonymous=True)
    world.person(7).vote(message.message_id, [0])
    (update,) = await bot.get_updates()
    assert update.poll_answer is None
    assert update.poll is not None


@pytest.mark.parametrize(
    ("more", "votes", "words"),
    [
        ({}, [[0, 1]], "one answer"),
        ({}, [[3]], "no such option"),
        ({"allows_multiple_answers": True}, [[0, 0]], "no such option"),
        ({"api_kwargs": {"allows_revoting": False}}, [[0], [1]], "can't be changed"),
        ({"is_closed": True}, [[0]], "closed"),
    ],
)
async def test_votes_that_the_app_refuses(
    bot: Bot, world: World, more: dict[str, object], votes: list[list[int]], words: str
) -> None:
    message = await ask(bot, world, **more)
    *before, last = votes
    for vote in before:
        world.person(7).vote(message.message_id, vote)
    with pytest.raises(Refusal, match=words):
        world.person(7).vote(message.message_id, last)


async def test_a_stopped_poll_stays_stopped(bot: Bot, world: World) -> None:
    message = await ask(bot, world)
    stopped = await bot.stop_poll(7, message.message_id)
    assert stopped.is_closed
    with pytest.raises(BadRequest, match="Poll has already been closed"):
        await bot.stop_poll(7, message.message_id)
    with pytest.raises(BadRequest, match="Message with poll to stop not found"):
        await bot.stop_poll(7, 999)
    with pytest.raises(Refusal, match="closed"):
        world.person(7).vote(message.message_id, [0])
    assert world.person(7).chat[-1]["poll"]["is_closed"]


async def test_the_timer_closes_a_poll_in_silence(bot: Bot, world: World, clock: Clock) -> None:
    message = await ask(bot, world, open_period=60)
    clock.turn(seconds=61)
    with pytest.raises(Refusal, match="closed"):
        world.person(7).vote(message.message_id, [0])
    assert await bot.get_updates() == ()
    assert world.person(7).chat[-1]["poll"]["is_closed"]


async def test_a_description_comes_with_the_message_only(bot: Bot, world: World) -> None:
    message = await ask(bot, world, api_kwargs={"description": "De tip van <week> 3"})
    assert message.poll is not None
    assert message.poll.description == "De tip van <week> 3"
    assert (await bot.stop_poll(7, message.message_id)).description is None


@pytest.mark.parametrize(
    ("question", "options", "words"),
    [
        ("", ["a"], "text must be non-empty"),
        ("q" * 301, ["a"], "poll question length must not exceed 300"),
        ("q", [], "poll must have at least one answer option"),
        ("q", ["a"] * 13, "poll can't have more than 12 options"),
        ("q", ["a" * 101], "poll options length must not exceed 100"),
        ("q", [""], "text must be non-empty"),
    ],
)
async def test_polls_that_are_refused(
    bot: Bot, world: World, question: str, options: list[str], words: str
) -> None:
    world.person(7).start()
    with pytest.raises(BadRequest) as raised:
        await bot.send_poll(7, question, options)
    assert raised.value.message.lower() == words.lower()
    assert len(world.complaints) == 1


async def test_a_quiz_keeps_its_answer(bot: Bot, world: World) -> None:
    world.person(7).start()
    sent = await bot.send_poll(
        7, "Helpt bewegen?", ["Ja", "Nee"], type="quiz", correct_option_ids=[0], explanation="Ja."
    )
    assert sent.poll is not None
    assert (sent.poll.correct_option_ids, sent.poll.explanation) == ((0,), "Ja.")
    assert sent.poll.allows_revoting is False
