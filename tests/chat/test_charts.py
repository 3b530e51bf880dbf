"""A person's own answers as a picture with the same in words, and as words alone where it fails."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from io import BytesIO
from multiprocessing import active_children
from typing import Any

import pytest
from chat import states
from chat.conftest import Stage
from PIL import Image

from bot.charts import renderer
from bot.domain.subscriber import Status
from bot.rehearsal.emulator.people import Person
from bot.service import joining
from bot.store import enrolments, outbox
from bot.store.deliveries import Lane, Planned

SKIP = 11
"""The last option of a question from 0 to 10."""

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason for words alone here."""
    monkeypatch.setattr(renderer, "PATIENCE", 60)


async def joined(stage: Stage, language: str = "nl") -> Person:
    """Someone who takes part in check-ins and has none yet."""
    person = stage.world.person(4242, language_code=language)
    await states.polled(stage, person)
    await stage.quiet()
    return person


async def answer(stage: Stage, person: Person, step: str, *options: int) -> list[Json]:
    """Be asked the questions of a check-in and answer them; what comes after the last one."""
    found = await joining.look(stage.app.records, person.id)
    assert found is not None
    now = stage.app.clock.now()
    async with stage.app.records.db.write() as tx:
        await outbox.queue(tx, [Planned(found.enrolment.id, step, 1, Lane.INTERACTIVE, now, None)])
    stage.app.sender.wake()
    before = 0
    for option in options:
        await stage.quiet()
        before = len(person.chat)
        person.vote(polls(person)[-1], [option])
    await stage.quiet()
    return [m for m in person.chat[before:] if m["from"]["is_bot"]]


def polls(person: Person) -> list[int]:
    return [m["message_id"] for m in person.chat if "poll" in m]


async def ask(stage: Stage, person: Person, text: str = "/progress") -> Json:
    before = len(person.chat)
    person.text(text)
    await stage.quiet()
    (message,) = (m for m in person.chat[before:] if m["from"]["is_bot"])
    return message


def picture(stage: Stage, message: Json) -> Image.Image:
    content = stage.world.files.get(message["photo"][-1]["file_id"]).content
    assert len(content) < 60_000
    return Image.open(BytesIO(content))


def buttons(message: Json) -> list[str]:
    return [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]


@pytest.mark.parametrize(
    ("language", "title", "points"),
    [
        ("nl", "Jouw antwoorden", "Pijn (0 tot 10): week 1: 6, week 3: 5"),
        ("en", "Your answers", "Pain (0 to 10): week 1: 6, week 3: 5"),
    ],
)
async def test_the_second_answer_brings_a_chart_that_says_the_same_in_words(
    stage: Stage, language: str, title: str, points: str
) -> None:
    person = await joined(stage, language)
    (first,) = await answer(stage, person, "week-1", 6)
    assert "photo" not in first
    assert title not in first["text"]
    (second,) = await answer(stage, person, "week-3", 5)
    assert second["caption"].endswith(f"\n\n{title}\n{points}")
    assert picture(stage, second).width == 720
    assert buttons(second) == buttons(first)


async def test_progress_has_no_chart_before_there_is_something_to_compare(stage: Stage) -> None:
    person = await joined(stage)
    assert "photo" not in await ask(stage, person)
    await answer(stage, person, "week-1", 6)
    assert "week 1: 6" in (await ask(stage, person))["text"]
    await answer(stage, person, "week-3", 5)
    shown = await ask(stage, person)
    assert "week 1: 6, week 3: 5" in shown["caption"]
    assert shown["reply_markup"]


async def test_a_passed_over_question_has_no_chart_and_no_place_in_one(stage: Stage) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    (skipped,) = await answer(stage, person, "week-3", SKIP)
    assert "photo" not in skipped
    (third,) = await answer(stage, person, "week-10", 4)
    assert "week 1: 6, week 10: 4" in third["caption"]


async def test_a_changed_answer_makes_another_picture(stage: Stage) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    await answer(stage, person, "week-3", 5)
    before = await ask(stage, person)
    person.vote(polls(person)[-1], [2])
    await stage.quiet()
    after = await ask(stage, person)
    assert "week 1: 6, week 3: 2" in after["caption"]
    assert after["photo"][0]["file_id"] != before["photo"][0]["file_id"]


async def test_the_same_picture_is_sent_again_by_its_id(stage: Stage) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    (card,) = await answer(stage, person, "week-3", 5)
    shown = await ask(stage, person)
    assert shown["photo"][0]["file_id"] == card["photo"][0]["file_id"]


async def test_an_id_that_telegram_forgot_is_sent_as_a_picture_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    await answer(stage, person, "week-3", 5)
    first = await ask(stage, person)
    monkeypatch.setattr("bot.chat.answer.PAUSES", (0, 0, 0))
    stage.world.files._by_id.pop(first["photo"][0]["file_id"])
    again = await ask(stage, person)
    assert again["caption"] == first["caption"]
    assert picture(stage, again).width == 720


async def test_all_weeks_fit_in_one_picture_and_its_caption(stage: Stage) -> None:
    person = await joined(stage)
    for step, options in {
        "week-1": (6,), "week-2": (0, 5), "week-3": (5,), "week-4": (3,), "week-5": (0,),
        "week-6": (2, 4), "week-7": (7,), "week-8": (4,), "week-9": (1,), "week-10": (4,),
        "week-11": (8,),
    }.items():  # fmt: skip
        got = await answer(stage, person, step, *options)
        assert len(got) == 1, step
    shown = await ask(stage, person)
    assert "week 1: 6, week 3: 5, week 6: 4, week 10: 4" in shown["caption"]
    assert picture(stage, shown).height > 900

    found = await joining.look(stage.app.records, person.id)
    assert found is not None
    over = replace(found.enrolment, status=Status.FINISHED, next_step=None, next_due_at=None)
    async with stage.app.records.db.write() as tx:
        await enrolments.move(tx, [over])
    thanks, end = await answer(stage, person, "week-12", 2, 3, 5)
    assert "photo" not in thanks
    assert "twaalf weken" in end["caption"]
    assert "week 10: 4, week 12: 3" in end["caption"]
    assert picture(stage, end).height > 900


async def test_the_safety_card_comes_first_and_nothing_is_drawn_beside_it(stage: Stage) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 3)
    card, thanks = await answer(stage, person, "week-3", 9)
    assert "112" in card["text"]
    assert "photo" not in thanks


async def test_where_the_drawing_process_was_killed_the_words_come_alone(stage: Stage) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    await answer(stage, person, "week-3", 5)
    (worker,) = active_children()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    (words,) = await answer(stage, person, "week-10", 4)
    assert "week 1: 6, week 3: 5, week 10: 4" in words["text"]
    assert picture(stage, await ask(stage, person)).width == 720


async def test_where_many_wait_for_pictures_the_words_come_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    monkeypatch.setattr(renderer, "MOST", 0)
    (words,) = await answer(stage, person, "week-3", 5)
    assert "week 1: 6, week 3: 5" in words["text"]
    assert buttons(words)


async def test_a_picture_that_telegram_refuses_leaves_as_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await joined(stage)
    await answer(stage, person, "week-1", 6)
    monkeypatch.setattr("bot.chat.answer.PAUSES", (0, 0))

    async def nothing(_svg: str) -> bytes:
        return b""

    stage.app.charts._render = nothing
    (words,) = await answer(stage, person, "week-3", 5)
    assert "week 1: 6, week 3: 5" in words["text"]
