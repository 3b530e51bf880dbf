"""The commands and what people may type for them."""

from __future__ import annotations

from telegram import BotCommand

from bot.content.render import Texts

COMMANDS = (
    "start", "tips", "progress", "exercises", "physio", "ask", "alarm", "settings",
    "pause", "stop", "share", "privacy", "export", "forget", "help", "cancel",
)  # fmt: skip
"""Every command by its English name, in the order of the menu."""


def names(texts: Texts, command: str) -> set[str]:
    """What people may type for a command: its name in every language, and in English."""
    languages = texts.campaign.languages
    return {command, *(texts.plain(f"command-name.{command}", each) for each in languages)}


def listed(texts: Texts, language: str) -> list[BotCommand]:
    """The menu in a language."""
    return [
        BotCommand(
            texts.plain(f"command-name.{command}", language),
            texts.plain(f"command.{command}", language),
        )
        for command in COMMANDS
        if command != "ask" or texts.staffed
    ]
