"""The methods that change, close, answer or delete what is there."""

from __future__ import annotations

from .bare import utf16_length
from .chats import Chat
from .compose import inline_keyboard, text_content
from .errors import Json, bad_request
from .validate import Args
from .world import World

ANSWER_LIMIT = 200
_UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, args: Args) -> Json:
    """editMessageText"""
    chat, message = editable(world, args)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    kept = {k: v for k, v in message.items() if k not in {"entities", "link_preview_options"}}
    return edit(world, chat, message, {**kept, **text_content(args)}, args)


def edit_message_reply_markup(world: World, args: Args) -> Json:
    """editMessageReplyMarkup"""
    chat, message = editable(world, args)
    return edit(world, chat, message, message, args)


def delete_message(world: World, args: Args) -> bool:
    """deleteMessage"""
    chat = world.chat(args["chat_id"])
    message = world.message(chat, args["message_id"], "message to delete")
    if not world.deletable(message):
        raise bad_request("message can't be deleted for everyone")
    world.delete(chat, args["message_id"])
    return True


def stop_poll(world: World, args: Args) -> Json:
    """stopPoll"""
    world.settle()
    chat = world.chat(args["chat_id"])
    message = world.message(chat, args["message_id"], "message with poll to stop")
    if "poll" not in message:
        raise bad_request("message is not a poll")
    if message["from"]["id"] != world.bot["id"]:
        raise bad_request("poll can't be stopped")
    poll = world.polls[message["poll"]["id"]]
    if poll.closed:
        raise bad_request("poll has already been closed")
    changed = _with_keyboard(message, args)
    poll.closed = True
    world.replace(chat, {**changed, "poll": poll.as_json(in_message=True)})
    world.updates.add("poll", poll.as_json(), f"poll {poll.poll_id}")
    return poll.as_json()


def answer_callback_query(world: World, args: Args) -> bool:
    """answerCallbackQuery"""
    text = args.get("text", "")
    if utf16_length(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG", "over a limit")
    callback = world.open_callback(args["callback_query_id"])
    callback.answer = {"text": text, "show_alert": args.get("show_alert", False)}
    if "url" in args:
        callback.answer["url"] = args["url"]
    event = {"id": callback.query_id, **callback.answer}
    world.events.publish(callback.user_id, "callback_answer", event)
    world.signal.notify()
    return True


def set_message_reaction(world: World, args: Args) -> bool:
    """setMessageReaction"""
    chat = world.chat(args["chat_id"])
    message = world.message(chat, args["message_id"], "message to react")
    world.reactions[chat.header["id"], message["message_id"]] = args.get("reaction", [])
    world.replace(chat, message)
    return True


def editable(world: World, args: Args) -> tuple[Chat, Json]:
    """The chat and the message that an edit is about."""
    if "chat_id" not in args:
        raise bad_request("chat_id is empty", "missing")
    if "message_id" not in args:
        raise bad_request("message identifier is not specified", "missing")
    chat = world.chat(args["chat_id"])
    message = world.message(chat, args["message_id"], "message to edit")
    if message["from"]["id"] != world.bot["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def edit(world: World, chat: Chat, before: Json, content: Json, args: Args) -> Json:
    """Give a message other content and its new keyboard; refused where nothing changes."""
    after = _with_keyboard(content, args)
    if after == before:
        raise bad_request(_UNMODIFIED)
    return world.replace(chat, {**after, "edit_date": world.timestamp()})


def _with_keyboard(message: Json, args: Args) -> Json:
    """An edit without a keyboard takes the keyboard away."""
    changed = {key: value for key, value in message.items() if key != "reply_markup"}
    if keyboard := inline_keyboard(args.get("reply_markup")):
        changed["reply_markup"] = keyboard
    return changed
