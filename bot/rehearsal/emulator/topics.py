"""The topics of a group that has them, and the methods about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chats import Chat
from .compose import plain
from .errors import Json, bad_request
from .validate import Args

if TYPE_CHECKING:
    from .groups import Group
    from .world import World

NAME_LIMIT = 128
BLUE = 0x6FB9F0


@dataclass(slots=True)
class Topic:
    """A topic; its id is that of the message that tells of its creation."""

    id: int
    name: str
    closed: bool = False


def create_forum_topic(world: World, args: Args) -> Json:
    """createForumTopic"""
    group = _managed(world, args, "create a topic")
    name = plain(args["name"], NAME_LIMIT, "topic name is too long")
    if not name:
        raise bad_request("topic name must be specified", "missing")
    topic = group.open_topic(world.bot, name)
    return {"message_thread_id": topic.id, "name": name, "icon_color": BLUE}


def close_forum_topic(world: World, args: Args) -> bool:
    """closeForumTopic"""
    return _turn(world, args, closed=True)


def reopen_forum_topic(world: World, args: Args) -> bool:
    """reopenForumTopic"""
    return _turn(world, args, closed=False)


def _turn(world: World, args: Args, *, closed: bool) -> bool:
    group = _managed(world, args, "edit the topic")
    topic = group.topics.get(args["message_thread_id"])
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic.closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    group.turn_topic(world.bot, topic, closed=closed)
    return True


def _managed(world: World, args: Args, act: str) -> Group:
    """The group with topics that the bot may manage, or the refusal."""
    chat = world.reachable(args["chat_id"])
    if not chat.header.get("is_forum"):
        raise bad_request("the chat is not a forum")
    group = world.groups[chat.header["id"]]
    if not group.bot_rights.get("can_manage_topics"):
        raise bad_request(f"not enough rights to {act}")
    return group


def in_topic(world: World, chat: Chat, args: Args) -> Json:
    """What a message carries that goes into a topic; refused where there is no such topic."""
    if "message_thread_id" not in args:
        return {}
    group = world.groups.get(chat.header["id"])
    topic = group.topics.get(args["message_thread_id"]) if group else None
    if group is None or topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not group.bot_rights.get("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return group.in_topic(topic.id)
