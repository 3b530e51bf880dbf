"""/settings: one message that shows the choices and changes in place."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import answer, check_ins, menu, words, zones
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, paired, stacked
from bot.chat.overview import overview, saved
from bot.chat.turn import Turn
from bot.domain.branch import PACES
from bot.domain.callback import Tap, Verb, made
from bot.domain.message import Button, Rows
from bot.domain.schedule import Part
from bot.service import joining
from bot.service.joining import Choices

ASKED = {
    "language": "settings.ask-language",
    "weekday": "settings.ask-weekday",
    "part": "settings.ask-part",
    "zone": "settings.ask-zone",
    "pace": "settings.ask-pace",
}
"""What may be chosen from a list, and the phrase that asks for it."""

LONG = ("part", "zone")
"""Those whose values take a whole row each."""


async def settings(turn: Turn) -> None:
    """The present choices."""
    if turn.person is None:
        await answer.say(turn, turn.phrase("fallback.not-enrolled"), cards(turn, "safety", "help"))
        return
    await answer.send(turn, overview(turn, turn.person))


async def tapped(turn: Turn, tap: Tap) -> None:
    """A field to choose for, or a value chosen; without either, the overview."""
    field, value = tap.arg(0), tap.arg(1)
    if turn.person is None:
        raise StaleButton
    if field is None:
        message = overview(turn, turn.person)
        await answer.replace(turn, message.html, message.buttons)
    elif field == "check-ins":
        await _check_ins(turn, value)
    elif field not in ASKED:
        raise StaleButton
    elif value is None:
        await answer.replace(turn, turn.phrase(ASKED[field]), _values(turn, field))
    elif (field, value) == ("zone", "other"):
        await zones.ask(turn)
    else:
        await _choose(turn, _choices(turn, field, value))


async def _choose(turn: Turn, choices: Choices) -> None:
    person = await joining.choose(turn.desk.records, turn.chat_id, choices, turn.now)
    if person is None:
        raise StaleButton
    if choices.language is not None:
        turn = replace(turn, language=choices.language)
    message = saved(turn, person)
    await answer.replace(turn, message.html, message.buttons)
    if choices.language is not None:
        await menu.speak(turn.bot, turn.desk.texts, turn.chat_id, choices.language)


def _choices(turn: Turn, field: str, value: str) -> Choices:
    match field:
        case "language" if value in turn.campaign.languages:
            return Choices(language=value)
        case "weekday" if value in map(str, range(7)):
            return Choices(weekday=int(value))
        case "part" if value in set(Part):
            return Choices(part=Part(value))
        case "pace" if value in map(str, PACES):
            return Choices(pace=int(value))
        case "zone" if value in words.ZONES:
            return Choices(zone=words.ZONES[value])
    raise StaleButton


async def _check_ins(turn: Turn, value: str | None) -> None:
    """Off is done at once; on asks for consent, because off withdrew it."""
    match value:
        case "on":
            await check_ins.ask(turn)
        case "off":
            await check_ins.decline(turn)
        case _:
            raise StaleButton


def _values(turn: Turn, field: str) -> Rows:
    match field:
        case "language":
            values = {each: f"language.{each}" for each in turn.campaign.languages}
        case "weekday":
            values = {str(each): f"weekday.{each}" for each in range(7)}
        case "part":
            values = {str(each): f"part-hours.{each}" for each in Part}
        case "pace":
            values = {str(each): f"pace.{each}" for each in PACES}
        case _:
            values = {each: f"zone.{each}" for each in (*words.ZONES, "other")}
    buttons = [
        Button(turn.plain(phrase), made(Verb.SETTINGS, field, value))
        for value, phrase in values.items()
    ]
    rows = stacked(*buttons) if field in LONG else paired(*buttons)
    return (*rows, (button(turn, "back", Verb.SETTINGS), card(turn, "help")))
