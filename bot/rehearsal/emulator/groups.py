"""Groups, such as the staff's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chats import Chat
from .errors import Json, Refusal
from .members import membership, text_content
from .topics import BLUE, Topic

if TYPE_CHECKING:
    from .people import Person
    from .world import World


class Group:
    """A supergroup. `members` holds each member's status, the bot's apart in `has_bot`.

    With `is_forum` it has topics: `topics` by their ids, and the General topic without one.
    """

    def __init__(self, world: World, chat_id: int, title: str, *, is_forum: bool = False) -> None:
        self._world = world
        self.id = chat_id
        self.has_bot = False
        self.bot_rights: dict[str, bool] = {}
        """What the bot may do as an administrator; empty while it is a member like others."""
        self.members: dict[int, str] = {}
        self.topics: dict[int, Topic] = {}
        header: Json = {"id": chat_id, "type": "supergroup", "title": title}
        self._chat = Chat({**header, "is_forum": True} if is_forum else header)

    @property
    def chat(self) -> list[Json]:
        """The messages of the group. Not to be changed."""
        self._world.settle()
        return list(self._chat.messages.values())

    def topic(self, topic_id: int) -> list[Json]:
        """The messages of one topic."""
        return [m for m in self.chat if m.get("message_thread_id") == topic_id]

    def add(self, person: Person, status: str = "member") -> None:
        """Let a person in, or give them another status (`creator`, `administrator`, ...)."""
        self.members[person.id] = status

    def add_bot(self, by: Person) -> None:
        """Add the bot; until then it doesn't know the group."""
        self._world.chats[self.id] = self._chat
        self.has_bot = True
        self._membership(by, "left", "member")
        self._post(by, {"new_chat_members": [self._world.bot]})

    def promote_bot(self, by: Person, *rights: str) -> None:
        """Make the bot an administrator with these rights; from then on it gets every message."""
        self.bot_rights = {"can_manage_chat": True, **dict.fromkeys(rights, True)}
        self._membership(by, "member", "administrator")

    def remove_bot(self, by: Person) -> None:
        """Put the bot out."""
        self.has_bot, self.bot_rights = False, {}
        self._membership(by, "member", "kicked")

    def text(
        self, person: Person, text: str, *, reply_to: int | None = None, topic: int | None = None
    ) -> Json:
        """Let a person write. A bot in privacy mode gets commands and replies to itself only."""
        self.members.setdefault(person.id, "member")
        return self._post(person, {**self.in_topic(topic, reply_to), **text_content(text)})

    def voice(self, person: Person, *, topic: int | None = None) -> Json:
        """Let a person send a voice message."""
        voice = {"file_id": "v", "file_unique_id": "v", "duration": 3, "mime_type": "audio/ogg"}
        return self._post(person, {**self.in_topic(topic), "voice": voice})

    def anonymous(self, text: str, *, topic: int | None = None) -> Json:
        """Let an administrator write who remains anonymous: the group itself is the sender."""
        user = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        user["username"] = "GroupAnonymousBot"
        content = {"sender_chat": self._chat.header, **self.in_topic(topic), **text_content(text)}
        return self._deliver(self._world.post(self._chat, user, content))

    def other_bot(self, text: str, *, topic: int | None = None) -> Json:
        """Let another bot write, should Telegram ever pass that on."""
        user = {"id": 424242, "is_bot": True, "first_name": "Other", "username": "other_bot"}
        content = {**self.in_topic(topic), **text_content(text)}
        return self._deliver(self._world.post(self._chat, user, content))

    def edit(self, person: Person, message_id: int, text: str) -> Json:
        """Let a person change a text of theirs."""
        message = self._chat.messages.get(message_id)
        if message is None or message["from"]["id"] != person.id or "text" not in message:
            raise Refusal("no text of your own with this message_id")
        edited = {**message, "edit_date": self._world.timestamp(), **text_content(text)}
        self._world.replace(self._chat, edited)
        self._world.updates.add("edited_message", edited, f"chat {self.id}")
        return edited

    def open_topic(self, by: Json, name: str) -> Topic:
        """A new topic, made by a user or by the bot; nobody is told of the bot's own."""
        created = {"forum_topic_created": {"name": name, "icon_color": BLUE}}
        message = self._world.post(self._chat, by, {"is_topic_message": True, **created})
        topic = Topic(message["message_id"], name)
        message = {**message, "message_thread_id": topic.id}
        self._world.replace(self._chat, message)
        self.topics[topic.id] = topic
        if by["id"] != self._world.bot["id"]:
            self._deliver(message)
        return topic

    def turn_topic(self, by: Json, topic: Topic, *, closed: bool) -> None:
        """Close or reopen a topic."""
        topic.closed = closed
        kind = "forum_topic_closed" if closed else "forum_topic_reopened"
        message = self._world.post(self._chat, by, {**self.in_topic(topic.id), kind: {}})
        if by["id"] != self._world.bot["id"]:
            self._deliver(message)

    def delete_topic(self, topic_id: int) -> None:
        """Delete a topic with its messages. Telegram tells no bot of it."""
        del self.topics[topic_id]
        for message in self.topic(topic_id):
            self._world.delete(self._chat, message["message_id"])

    def in_topic(self, topic_id: int | None, reply_to: int | None = None) -> Json:
        """What a message carries that stands in a topic; what replies to nothing replies to the
        message that created its topic."""
        replied = self._chat.messages.get((topic_id if reply_to is None else reply_to) or 0)
        content: Json = {}
        if topic_id is not None:
            content = {"message_thread_id": topic_id, "is_topic_message": True}
        if replied is not None:
            nested = ("reply_to_message",)
            content["reply_to_message"] = {k: v for k, v in replied.items() if k not in nested}
        return content

    def _post(self, person: Person, content: Json) -> Json:
        return self._deliver(self._world.post(self._chat, person.user, content))

    def _deliver(self, message: Json) -> Json:
        if self.has_bot and (self.bot_rights or self._is_for_bot(message)):
            self._world.updates.add("message", message, f"chat {self.id}")
        return message

    def _is_for_bot(self, message: Json) -> bool:
        kinds = {entity["type"] for entity in message.get("entities", ())}
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return "bot_command" in kinds or replied == self._world.bot["id"] or "text" not in message

    def _membership(self, by: Person, old: str, new: str) -> None:
        update = membership(self._world, self._chat.header, by.user, old, new)
        self._world.updates.add("my_chat_member", update, f"chat {self.id}")
