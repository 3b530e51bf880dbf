"""The bot's profile and command menus, in every language of the campaign."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from telegram import Bot, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.commands import listed
from bot.content.render import Texts

log = structlog.get_logger()

PRIVATE = BotCommandScopeAllPrivateChats()


async def set_up(bot: Bot, texts: Texts) -> None:
    """Set what differs from the texts. Asking first keeps a restart from tiring Telegram.

    A failure is logged: the bot works without a menu.
    """
    default = texts.campaign.languages[0]
    for code, language in ((None, default), *((each, each) for each in texts.campaign.languages)):
        await _quietly("commands", _commands(bot, texts, code, language))
        await _quietly("name", _name(bot, texts, code, language))
        await _quietly("description", _description(bot, texts, code, language))
        await _quietly("short description", _short_description(bot, texts, code, language))


async def speak(bot: Bot, texts: Texts, chat_id: int, language: str) -> None:
    """The menu of one chat in the language that the person chose, whatever their Telegram's is."""
    scope = BotCommandScopeChat(chat_id)
    await _quietly("chat menu", bot.set_my_commands(listed(texts, language), scope=scope))


async def clear(bot: Bot, chat_id: int) -> None:
    """The menu of one chat as it was before any choice."""
    await _quietly("chat menu", bot.delete_my_commands(scope=BotCommandScopeChat(chat_id)))


async def _commands(bot: Bot, texts: Texts, code: str | None, language: str) -> None:
    wanted = listed(texts, language)
    if list(await bot.get_my_commands(PRIVATE, code)) != wanted:
        await bot.set_my_commands(wanted, PRIVATE, code)


async def _name(bot: Bot, texts: Texts, code: str | None, language: str) -> None:
    wanted = texts.plain("bot.name", language)
    if (await bot.get_my_name(code)).name != wanted:
        await bot.set_my_name(wanted, code)


async def _description(bot: Bot, texts: Texts, code: str | None, language: str) -> None:
    wanted = texts.plain("bot.description", language)
    if (await bot.get_my_description(code)).description != wanted:
        await bot.set_my_description(wanted, code)


async def _short_description(bot: Bot, texts: Texts, code: str | None, language: str) -> None:
    wanted = texts.plain("bot.short-description", language)
    if (await bot.get_my_short_description(code)).short_description != wanted:
        await bot.set_my_short_description(wanted, code)


async def _quietly(what: str, call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        log.warning("profile not set", part=what, error=type(error).__name__)
