"""The served methods by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import about, editing, media, receiving, sending, topics
from .validate import Args
from .world import World

METHODS: dict[str, Callable[[World, Args], Any]] = {
    "answerCallbackQuery": editing.answer_callback_query,
    "close": about.close,
    "closeForumTopic": topics.close_forum_topic,
    "createForumTopic": topics.create_forum_topic,
    "deleteMessage": editing.delete_message,
    "deleteMyCommands": about.delete_my_commands,
    "deleteWebhook": receiving.delete_webhook,
    "editMessageMedia": media.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageText": editing.edit_message_text,
    "getChat": about.get_chat,
    "getChatMember": about.get_chat_member,
    "getChatMenuButton": about.get_chat_menu_button,
    "getFile": about.get_file,
    "getMe": about.get_me,
    "getMyCommands": about.get_my_commands,
    "getMyDescription": about.get_my_description,
    "getMyName": about.get_my_name,
    "getMyShortDescription": about.get_my_short_description,
    "getWebhookInfo": receiving.get_webhook_info,
    "leaveChat": about.leave_chat,
    "logOut": about.log_out,
    "reopenForumTopic": topics.reopen_forum_topic,
    "sendAnimation": media.send_animation,
    "sendChatAction": about.send_chat_action,
    "sendDocument": media.send_document,
    "sendMessage": sending.send_message,
    "sendPhoto": media.send_photo,
    "sendPoll": sending.send_poll,
    "sendVenue": sending.send_venue,
    "setChatMenuButton": about.set_chat_menu_button,
    "setMessageReaction": editing.set_message_reaction,
    "setMyCommands": about.set_my_commands,
    "setMyDescription": about.set_my_description,
    "setMyName": about.set_my_name,
    "setMyShortDescription": about.set_my_short_description,
    "setWebhook": receiving.set_webhook,
    "stopPoll": editing.stop_poll,
}
"""All but getUpdates, which waits."""
