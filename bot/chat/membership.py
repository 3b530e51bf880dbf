"""Blocking and unblocking in a private chat."""

from __future__ import annotations

from telegram.constants import ChatMemberStatus

from bot.chat.turn import Turn
from bot.service import joining


async def changed(turn: Turn) -> None:
    """Blocked: nothing more is sent. Unblocked: nothing happens by itself, Start asks to go on."""
    change = turn.update.my_chat_member
    if change is not None and change.new_chat_member.status == ChatMemberStatus.BANNED:
        await joining.blocked(turn.desk.records, turn.chat_id, turn.now)
