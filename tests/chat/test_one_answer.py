"""What somebody does once is answered once, also where Telegram tells of it again and again."""

from __future__ import annotations

from typing import Any

from chat.conftest import Stage

from bot.rehearsal.emulator.people import Person


def said(person: Person, before: int) -> list[Any]:
    return [m for m in person.chat[before:] if m["from"]["is_bot"]]


async def started(stage: Stage) -> Person:
    person = stage.world.person(1, language_code="nl")
    person.start()
    await stage.quiet()
    return person


async def test_an_album_is_answered_once(stage: Stage) -> None:
    person, other = stage.world.person(1), stage.world.person(2)
    for each in (person, other):
        each.start()
    await stage.quiet()
    before, theirs = len(person.chat), len(other.chat)
    person.album("", "", "")
    other.album("", "")
    await stage.quiet()
    assert len(said(person, before)) == 1
    assert len(said(other, theirs)) == 1
    person.album("", "")
    await stage.quiet()
    assert len(said(person, before)) == 2


async def test_alarm_words_under_the_last_picture_of_an_album_are_heeded(stage: Stage) -> None:
    person = await started(stage)
    before = len(person.chat)
    person.album("", "", "ik wil niet meer leven")
    await stage.quiet()
    first, alarmed = said(person, before)
    assert "113" in alarmed["text"]
    assert first["text"] != alarmed["text"]


async def test_nothing_follows_the_answer_to_alarm_words_under_the_first_picture(
    stage: Stage,
) -> None:
    person = await started(stage)
    before = len(person.chat)
    person.album("ik wil niet meer leven", "", "")
    await stage.quiet()
    (alarmed,) = said(person, before)
    assert "113" in alarmed["text"]


async def test_an_answer_to_an_album_that_failed_is_tried_again(stage: Stage) -> None:
    person = await started(stage)
    before = len(person.chat)
    look, broken = stage.app.texts.phrase, [True]

    def phrase(key: str, language: str, /, **facts: object) -> str:
        if key == "fallback.photo" and broken:
            broken.clear()
            raise LookupError("for once")
        return look(key, language, **facts)

    stage.app.texts.phrase = phrase  # type: ignore[method-assign]
    person.album("")
    await stage.reply(person, before)


async def test_a_place_that_is_shared_live_is_answered_once(stage: Stage) -> None:
    person = await started(stage)
    before = len(person.chat)
    shared = person.location(live_period=900)
    await stage.quiet()
    for step in range(3):
        person.move(shared["message_id"], 52.37 + step / 1000, 4.9)
        await stage.quiet()
    assert len(said(person, before)) == 1
