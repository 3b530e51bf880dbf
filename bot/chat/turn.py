"""One update from one person, decoded: who it is, in which language, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Update
from telegram.constants import ChatType
from telegram.ext import ExtBot

from bot.chat.desk import Desk
from bot.domain.campaign import Campaign
from bot.domain.subscriber import Person
from bot.service import joining


@dataclass(frozen=True, slots=True)
class Turn:
    """A person's turn in their private chat. `person` is None for who isn't enrolled.

    `now` is the instant at which handling began, so that everything in it happens at one time.
    """

    desk: Desk
    bot: ExtBot[Any]
    update: Update
    chat_id: int
    language: str
    person: Person | None
    now: datetime

    @property
    def campaign(self) -> Campaign:
        """The campaign that runs."""
        return self.desk.records.campaign

    @property
    def text(self) -> str:
        """What was typed, be it under a picture. It goes nowhere but through the rules."""
        message = self.update.effective_message
        return (message.text or message.caption or "") if message is not None else ""

    @property
    def behind_command(self) -> str:
        """What was typed behind the command that it began with."""
        return "".join(self.text.split(maxsplit=1)[1:])

    @property
    def query(self) -> CallbackQuery | None:
        """The tap on a button, if that is what the update is."""
        return self.update.callback_query

    @property
    def tapped_message(self) -> int | None:
        """The id of the message whose button was tapped, if Telegram tells."""
        message = self.query.message if self.query is not None else None
        return message.message_id if message is not None else None

    def phrase(self, key: str, /, **facts: object) -> str:
        """One of the bot's phrases in the person's language, as Telegram's HTML."""
        return self.desk.texts.phrase(key, self.language, **facts)

    def plain(self, key: str, /, **facts: object) -> str:
        """The same without HTML: for buttons, and as a fact in another text."""
        return self.desk.texts.plain(key, self.language, **facts)

    def card(self, name: str, /, **facts: object) -> str:
        """One of the campaign's cards in the person's language."""
        return self.desk.texts.card(name, self.language, operator=self.desk.operator, **facts)


async def opened(desk: Desk, bot: ExtBot[Any], update: Update) -> Turn | None:
    """The turn behind an update, or None where it is nobody's in a private chat."""
    user, chat = update.effective_user, update.effective_chat
    if chat is not None and chat.type != ChatType.PRIVATE:
        return None
    # Votes come without a chat; a private chat has the id of its person.
    chat_id = chat.id if chat is not None else user.id if user is not None else None
    if chat_id is None:
        return None
    now = desk.now()
    person = await joining.look(desk.records, chat_id)
    if person is not None:
        wanted = person.subscriber.language
    else:
        wanted = (user.language_code or "") if user is not None else ""
    language = desk.records.campaign.language(wanted)
    return Turn(desk, bot, update, chat_id, language, person, now)
