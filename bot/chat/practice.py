"""The operator's own physio practice: how to reach it, when it is open, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chat import answer, words
from bot.chat.callback import StaleButton
from bot.chat.desk import Desk
from bot.chat.keyboards import button, cards, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import Button, PlaceMessage, Rows
from bot.domain.practice import Hours, Practice


def shown(turn: Turn, practice: Practice) -> str:
    """The practice, below the card about going to a physio."""
    return turn.phrase(
        "practice.own",
        practice=practice.name,
        address=practice.address,
        phone=practice.phone,
        hours=hours(turn),
    )


def buttons(turn: Turn, practice: Practice) -> Rows:
    """The ways to it that a tap opens."""
    # Of a stranger nothing is stored, so the button carries their language.
    language = () if turn.person is not None else (turn.language,)
    found = []
    if practice.booking:
        found.append(Button(turn.plain("button.booking"), url=practice.booking))
    if practice.place is not None:
        found.append(button(turn, "place", Verb.PLACE, *language))
    return stacked(*found)


async def place(turn: Turn, tap: Tap) -> None:
    """The practice on the map."""
    practice = turn.desk.practice
    if practice is None or practice.place is None:
        raise StaleButton
    if (language := tap.arg(0)) in turn.campaign.languages and turn.person is None:
        turn = replace(turn, language=language)
    message = PlaceMessage(
        practice.name,
        practice.address,
        practice.place.latitude,
        practice.place.longitude,
        cards(turn, "physio", "safety", "help"),
    )
    await answer.send(turn, message)


def name(desk: Desk, language: str) -> str:
    """Who answers questions, in words: the practice, or else the operator."""
    if desk.practice is not None:
        return desk.practice.name
    return desk.operator or desk.texts.plain("word.practice", language)


def hours(turn: Turn) -> str:
    """The opening hours; empty where they aren't known."""
    own = turn.desk.practice
    return "\n".join(_hours(turn, own)) if own is not None else ""


def opening(turn: Turn) -> dict[str, str]:
    """The facts `day` and `time`: when it next opens; empty while it is open, or not known."""
    own = turn.desk.practice
    moment = own.opens(turn.now) if own is not None else None
    if own is None or moment is None or moment <= turn.now:
        return {"day": "", "time": ""}
    return {
        "day": words.day(moment, own.zone, turn.language),
        "time": words.clock_time(moment, own.zone),
    }


def _hours(turn: Turn, practice: Practice) -> Iterator[str]:
    for first, last, hours in practice.week():
        days = turn.plain(f"weekday.{first}")
        if last > first:
            days = turn.plain("practice.days", first=days, last=turn.plain(f"weekday.{last}"))
        yield turn.plain("practice.hours", days=days, times=", ".join(map(_span, hours)))


def _span(hours: Hours) -> str:
    start, end = hours
    return f"{start:%H:%M}-{end:%H:%M}"
