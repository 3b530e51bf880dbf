"""A time zone that isn't in the list: asked for in words, the only thing that people ever type.

Nothing is stored while we wait: the answer is a reply to our question, and is known by that. Some
type without replying, so a full name such as `Europe/London` is understood anywhere.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from zoneinfo import available_timezones

from bot.chat import answer
from bot.chat.overview import saved
from bot.chat.turn import Turn
from bot.domain.message import TextMessage
from bot.service import joining
from bot.service.joining import Choices

PROMPTS = ("settings.ask-zone-place", "settings.zone-unknown")


async def ask(turn: Turn) -> None:
    """Ask for the name of a zone."""
    await answer.send(turn, TextMessage(turn.phrase("settings.ask-zone-place")), prompt=True)


def asked(turn: Turn) -> bool:
    """Whether the person replies to our question for a zone."""
    message = turn.update.message
    question = message.reply_to_message if message is not None else None
    if question is None or question.from_user is None or question.from_user.id != turn.bot.id:
        return False
    texts = turn.desk.texts
    languages = turn.campaign.languages
    return question.text in {texts.plain(key, each) for key in PROMPTS for each in languages}


def named(text: str, *, place: bool) -> str | None:
    """The zone that a text names, however it is written; `place` lets its last part do."""
    wanted = _folded(text)
    found = _by_name().get(wanted)
    return found or (_by_place().get(wanted) if place else None)


async def choose(turn: Turn, zone: str | None) -> None:
    """Take the zone, or ask again."""
    if zone is None:
        await answer.send(turn, TextMessage(turn.phrase("settings.zone-unknown")), prompt=True)
        return
    person = await joining.choose(turn.desk.records, turn.chat_id, Choices(zone=zone), turn.now)
    if person is not None:
        await answer.send(turn, saved(turn, person))


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in letters if char.isalnum() or char in "/+")


@cache
def _by_name() -> dict[str, str]:
    # A name without a slash ("Japan", "MET") may be a word of someone's; only a reply makes it one.
    return {_folded(name): name for name in sorted(available_timezones()) if "/" in name}


@cache
def _by_place() -> dict[str, str]:
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/")
    names = [
        name for name in available_timezones() if name.startswith((*areas, "Indian/", "Pacific/"))
    ]
    # Of two places with one name the shorter path is the better known.
    return {_folded(name.rpartition("/")[2]): name for name in sorted(names, key=len, reverse=True)}
