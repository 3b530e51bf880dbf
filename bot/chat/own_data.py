"""One's own data: a copy of all of it, and its erasure."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.chat import answer, menu
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import FileMessage, TextMessage
from bot.domain.subscriber import Status
from bot.service import forgetting, reading


async def export(turn: Turn) -> None:
    """/export: everything that is kept, as a file that people and programs can read."""
    data = await reading.own_data(turn.desk.records, turn.chat_id, turn.now)
    if data is None:
        await answer.say(turn, turn.phrase("export.nothing"), cards(turn, "privacy", "help"))
        return
    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    rows = (*stacked(button(turn, "forget", Verb.FORGET)), *cards(turn, "privacy", "help"))
    message = FileMessage("rugwijzer.json", content, turn.phrase("export.done"), rows)
    await answer.send(turn, message)


async def export_tapped(turn: Turn, _tap: Tap) -> None:
    """The same by a button."""
    await export(turn)


async def forget(turn: Turn) -> None:
    """/forget: asks, since it can't be undone."""
    await answer.send(turn, await _question(turn))


async def forget_tapped(turn: Turn, tap: Tap) -> None:
    """The question by a button, or the answer to it."""
    match tap.arg(0):
        case None:
            await forget(turn)
        case "yes":
            await _erase(turn)
            if (language := tap.arg(1)) in turn.campaign.languages:
                turn = replace(turn, language=language)
            await answer.replace(turn, turn.phrase("forget.done"), cards(turn, "help"))
            await menu.clear(turn.bot, turn.chat_id)
        case "no":
            status = turn.person.enrolment.status if turn.person is not None else None
            phrase = "end.kept" if status is Status.FINISHED else "forget.kept"
            await answer.replace(turn, turn.phrase(phrase), cards(turn, "help"))
        case _:
            raise StaleButton


async def _question(turn: Turn) -> TextMessage:
    if turn.person is None:
        # Votes on polls that we don't know (yet) are kept for a stranger too.
        await _erase(turn)
        return TextMessage(turn.phrase("forget.nothing"), cards(turn, "privacy", "help"))
    return TextMessage(
        turn.phrase("forget.ask"),
        stacked(
            # The language comes along, since nobody knows it any more when this is handled twice.
            button(turn, "yes-forget", Verb.FORGET, "yes", turn.language),
            button(turn, "keep", Verb.FORGET, "no"),
            card(turn, "help"),
        ),
    )


async def _erase(turn: Turn) -> None:
    records = turn.desk.records
    await forgetting.forget_chat(records.db, records.cipher, turn.chat_id)
