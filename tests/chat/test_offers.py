"""An offer in the chat: after the safety card, for the thank-you, with a tap that counts."""

from __future__ import annotations

from typing import Any

import pytest
from chat import states
from chat.conftest import Stage
from chat.states import polled

from bot.rehearsal.emulator.people import Person


async def ask(stage: Stage, person: Person, step: str, item: int) -> None:
    """Let a question come now, and wait until it is there."""
    await states.ask(stage, person, step, item)
    await stage.quiet()


async def vote(stage: Stage, person: Person, option: int) -> list[dict[str, Any]]:
    """Answer the last question; what the bot says to that."""
    before = len(person.chat)
    polls = [message for message in person.chat if "poll" in message]
    person.vote(polls[-1]["message_id"], [option])
    await stage.quiet()
    return [message for message in person.chat[before:] if message["from"]["is_bot"]]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_more_pain_brings_the_card_then_an_offer_of_help(stage: Stage, language: str) -> None:
    person = stage.world.person(7001, language_code=language)
    await polled(stage, person)
    await stage.quiet()
    (thanks,) = await vote(stage, person, 3)
    assert thanks
    await ask(stage, person, "week-3", 1)
    card, offer = await vote(stage, person, 6)
    texts = stage.app.texts
    assert "112" in card["text"]
    assert offer["text"].startswith({"nl": "Dank je", "en": "Thank you"}[language])
    buttons = [each for row in offer["reply_markup"]["inline_keyboard"] for each in row]
    branch = texts.campaign.branch("worse")
    assert branch is not None
    labels = [each.labels[language] for each in branch.choices]
    safety = texts.plain("button.safety", language)
    assert [each["text"] for each in buttons] == [*labels, safety]
    person.tap(offer["message_id"], buttons[0]["callback_data"])
    await stage.quiet()
    shown = next(each for each in person.chat if each["message_id"] == offer["message_id"])
    assert shown["text"].startswith({"nl": "Zo krijg je hulp", "en": "How to get help"}[language])
    person.tap(offer["message_id"], buttons[1]["callback_data"])
    await stage.quiet()
    again = next(each for each in person.chat if each["message_id"] == offer["message_id"])
    assert again["text"] == shown["text"], "the first choice stands"
