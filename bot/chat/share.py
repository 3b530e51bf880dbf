"""Passing the campaign on: a link that holds nothing about the one who passes it on."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.chat import answer
from bot.chat.keyboards import cards, stacked
from bot.chat.turn import Turn
from bot.domain.message import Button
from bot.domain.source import SHARED


async def share(turn: Turn) -> None:
    """/share: the button that lets people choose someone in Telegram itself."""
    rows = (*stacked(button(turn)), *cards(turn, "help"))
    await answer.say(turn, turn.phrase("share.ask"), rows)


def button(turn: Turn) -> Button:
    """Opens Telegram's own list of chats, with the link and a few words."""
    link = f"https://t.me/{turn.desk.username}?start={SHARED}"
    about = turn.plain("bot.short-description")
    query = urlencode({"url": link, "text": about})
    return Button(turn.plain("button.share"), url=f"https://t.me/share/url?{query}")
