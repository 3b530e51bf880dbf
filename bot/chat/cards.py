"""Cards: the campaign's standing texts, for everyone, by command or by button."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import answer, exercises, keyboards, practice, share
from bot.chat.callback import StaleButton
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import Rows
from bot.service import exercising, reading

LEADS_TO = {
    "safety": ("physio", "help"),
    "physio": ("safety", "help"),
    "exercises": ("safety", "physio", "help"),
    "privacy": ("about", "source"),
    "help": ("about", "safety"),
    "about": ("source", "privacy"),
    "source": ("safety", "help"),
    "plan": ("safety", "physio", "help"),
}
"""The cards one tap away from a card. No exercises within two taps of an alarm."""


async def show(turn: Turn, name: str) -> None:
    """Answer with a card."""
    html, rows = await _whole(turn, name)
    await answer.say(turn, html, rows)


async def _whole(turn: Turn, name: str) -> tuple[str, Rows]:
    """A card with its buttons, on the way to a physio with the operator's own practice."""
    html = turn.card(name, **await _own(turn, name))
    rows = onward(turn, name)
    own = turn.desk.practice
    if name == "physio" and own is not None:
        html = f"{html}\n\n{practice.shown(turn, own)}"
        rows = (*practice.buttons(turn, own), *rows)
    if name == "physio" and turn.desk.texts.staffed and turn.person is not None:
        rows = (*keyboards.stacked(keyboards.button(turn, "ask", Verb.ASK)), *rows)
    return html, rows


async def _own(turn: Turn, name: str) -> dict[str, str]:
    """What somebody chose before, for a card that is made of it."""
    if turn.person is None or not turn.desk.texts.tells_own(name):
        return {}
    records, library = turn.desk.records, turn.desk.texts.exercises
    keys = await exercising.favourites(records, turn.person)
    liked = (each for key in keys if (each := library.exercise(key)) is not None)
    titles = ", ".join(each.words[turn.language].title for each in liked)
    return {**await reading.chosen_ever(records, turn.person), "favourites": titles}


def plan(turn: Turn) -> Rows:
    """The button to one's own plan, where the campaign has one."""
    return keyboards.cards(turn, "plan") if turn.desk.texts.has_card("plan") else ()


def onward(turn: Turn, name: str) -> Rows:
    """The buttons under a card; under that of exercises, the exercises themselves."""
    if name == "exercises" and (found := exercises.rows(turn)):
        return (*found, *keyboards.cards(turn, "help"))
    rows = keyboards.cards(turn, *LEADS_TO.get(name, ("safety", "help")))
    return (*rows, *keyboards.stacked(share.button(turn))) if name == "help" else rows


async def tapped(turn: Turn, tap: Tap) -> None:
    """A card by its button: under a message of the series, or in the language of a stranger."""
    name, mark = tap.arg(0) or "", tap.arg(1)
    if mark in turn.campaign.languages and turn.person is None:
        turn = replace(turn, language=mark)
    try:
        html, rows = await _whole(turn, name)
    except KeyError:
        raise StaleButton from None
    await proved(turn, mark)
    await answer.say(turn, html, rows)


async def proved(turn: Turn, delivery_id: str | None) -> None:
    """A tap under a message of the series proves that it arrived, should that be in doubt."""
    message = turn.tapped_message
    if delivery_id is None or message is None or not delivery_id.isdecimal():
        return
    # Anything longer is no id that a database gave out.
    if len(delivery_id) <= 18:
        await reading.prove(turn.desk.records, turn.chat_id, int(delivery_id), message)
