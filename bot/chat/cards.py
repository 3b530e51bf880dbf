"""Cards: the campaign's standing texts, for everyone, by command or by button."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import answer, exercises, keyboards
from bot.chat.callback import StaleButton
from bot.chat.turn import Turn
from bot.domain.callback import Tap
from bot.domain.message import Rows
from bot.service import reading

LEADS_TO = {
    "safety": ("physio", "help"),
    "physio": ("safety", "about"),
    "exercises": ("safety", "physio"),
    "privacy": ("about", "source"),
    "help": ("about", "safety"),
    "about": ("source", "privacy"),
    "source": ("about", "safety"),
}
"""The cards one tap away from a card. No exercises within two taps of an alarm."""


async def show(turn: Turn, name: str) -> None:
    """Answer with a card."""
    await answer.say(turn, turn.card(name), onward(turn, name))


def onward(turn: Turn, name: str) -> Rows:
    """The buttons under a card; under that of exercises, the exercises themselves."""
    if name == "exercises" and (found := exercises.rows(turn)):
        return found
    return keyboards.cards(turn, *LEADS_TO.get(name, ("safety", "help")))


async def tapped(turn: Turn, tap: Tap) -> None:
    """A card by its button: under a message of the series, or in the language of a stranger."""
    name, mark = tap.arg(0) or "", tap.arg(1)
    if mark in turn.campaign.languages and turn.person is None:
        turn = replace(turn, language=mark)
    try:
        html = turn.card(name)
    except KeyError:
        raise StaleButton from None
    await proved(turn, mark)
    await answer.say(turn, html, onward(turn, name))


async def proved(turn: Turn, delivery_id: str | None) -> None:
    """A tap under a message of the series proves that it arrived, should that be in doubt."""
    message = turn.tapped_message
    if delivery_id is None or message is None or not delivery_id.isdecimal():
        return
    # Anything longer is no id that a database gave out.
    if len(delivery_id) <= 18:
        await reading.prove(turn.desk.records, turn.chat_id, int(delivery_id), message)
