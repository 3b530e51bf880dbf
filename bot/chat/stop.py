"""Stopping: /stop does it at once, the button in the settings asks first."""

from __future__ import annotations

from bot.chat import answer
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import TextMessage
from bot.service import joining


async def stop(turn: Turn) -> None:
    """/stop: no question asked."""
    await answer.send(turn, await _stopped(turn))


async def tapped(turn: Turn, tap: Tap) -> None:
    """The button, which a thumb may hit by mistake."""
    if tap.arg(0) == "yes":
        message = await _stopped(turn)
    elif tap.arg(0) is None and turn.person is not None:
        rows = (
            *stacked(button(turn, "yes-stop", Verb.STOP, "yes"), button(turn, "stay", Verb.CANCEL)),
            (button(turn, "pause", Verb.PAUSE), card(turn, "help")),
        )
        message = TextMessage(turn.phrase("stop.ask"), rows)
    else:
        raise StaleButton
    await answer.replace(turn, message.html, message.buttons)


async def _stopped(turn: Turn) -> TextMessage:
    if turn.person is None:
        return TextMessage(turn.phrase("stop.not-enrolled"), cards(turn, "help"))
    # Who stopped before hears the same: it is true, and a message may have got lost.
    await joining.stop(turn.desk.records, turn.chat_id, turn.now)
    return stopped(turn)


def stopped(turn: Turn) -> TextMessage:
    """What somebody hears who has stopped."""
    return TextMessage(
        turn.phrase("stop.done"),
        (
            *stacked(button(turn, "forget", Verb.FORGET), button(turn, "export", Verb.EXPORT)),
            *cards(turn, "safety", "help"),
        ),
    )
