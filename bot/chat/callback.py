"""Taps on buttons: understood, acted on, and acknowledged whatever came of it.

Messages stay in people's chats for ever, so a tap may come from one of months ago, and its data
from a hand-made client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.chat import answer
from bot.chat.keyboards import cards
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb, parsed

Act = Callable[[Turn, Tap], Awaitable[None]]


class StaleButton(Exception):
    """The button asks for something that isn't there (any more)."""


async def tapped(turn: Turn, acts: Mapping[Verb, Act]) -> None:
    """Do what the tapped button asks for."""
    tap = parsed(turn.query.data) if turn.query is not None else None
    try:
        if tap is None:
            raise StaleButton
        await acts[tap.verb](turn, tap)
    except StaleButton:
        await answer.say(turn, turn.phrase("fallback.stale-button"), cards(turn, "help"))
    finally:
        await answer.acknowledge(turn)
