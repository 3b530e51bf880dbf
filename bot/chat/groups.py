"""Groups: health is nobody else's business, so the bot says where it can be found and leaves."""

from __future__ import annotations

import structlog
from telegram import Bot, Update
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.chat import handling
from bot.chat.desk import Desk

log = structlog.get_logger()

HERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


async def leave(desk: Desk, bot: Bot, update: Update) -> None:
    """Say it once and go. Of several updates from one group the later ones find us gone."""
    chat, user = update.effective_chat, update.effective_user
    change = update.my_chat_member
    if chat is None or (change is not None and change.new_chat_member.status not in HERE):
        return
    language = desk.records.campaign.language(user.language_code if user is not None else None)
    try:
        if await handling.current.get().may_leave():
            text = desk.texts.phrase("group.private", language, username=desk.username)
            await bot.send_message(chat.id, text, parse_mode="HTML")
    except TelegramError as error:
        log.info("group not told", error=type(error).__name__)
    try:
        await bot.leave_chat(chat.id)
    except TelegramError as error:
        log.info("group not left", error=type(error).__name__)
