"""What people and groups have in common: texts, and the bot coming and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bare import detect
from .errors import Json

if TYPE_CHECKING:
    from .world import World


def text_content(text: str) -> Json:
    """A person's text with what Telegram finds in it."""
    found = detect(text)
    return {"text": text, **({"entities": found} if found else {})}


def membership(world: World, chat: Json, by: Json, old: str, new: str) -> Json:
    """A ChatMemberUpdated object about the bot."""
    return {
        "chat": chat,
        "from": by,
        "date": world.timestamp(),
        "old_chat_member": member(world.bot, old),
        "new_chat_member": member(world.bot, new),
    }


def member(user: Json, status: str, rights_given: Json | None = None) -> Json:
    """A ChatMember object, of an administrator with the rights that are given."""
    extra: Json = {}
    if status == "kicked":
        extra = {"until_date": 0}
    elif status == "creator":
        extra = {"is_anonymous": False}
    elif status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users "
            "can_post_stories can_edit_stories can_delete_stories"
        )
        extra = {**dict.fromkeys(rights.split(), False), **(rights_given or {})}
    return {"user": user, "status": status, **extra}
