"""Groups, such as the staff's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chats import Chat
from .errors import Json
from .members import membership, text_content

if TYPE_CHECKING:
    from .people import Person
    from .world import World


class Group:
    """A supergroup. `members` holds each member's status, the bot's apart in `has_bot`."""

    def __init__(self, world: World, chat_id: int, title: str) -> None:
        self._world = world
        self.id = chat_id
        self.has_bot = False
        self.members: dict[int, str] = {}
        self._chat = Chat({"id": chat_id, "type": "supergroup", "title": title})

    @property
    def chat(self) -> list[Json]:
        """The messages of the group. Not to be changed."""
        self._world.settle()
        return list(self._chat.messages.values())

    def add(self, person: Person, status: str = "member") -> None:
        """Let a person in, or give them another status (`creator`, `administrator`, ...)."""
        self.members[person.id] = status

    def add_bot(self, by: Person) -> None:
        """Add the bot; until then it doesn't know the group."""
        self._world.chats[self.id] = self._chat
        self.has_bot = True
        self._membership(by, "left", "member")
        self._post(by, {"new_chat_members": [self._world.bot]})

    def remove_bot(self, by: Person) -> None:
        """Put the bot out."""
        self.has_bot = False
        self._membership(by, "member", "kicked")

    def text(self, person: Person, text: str, *, reply_to: int | None = None) -> Json:
        """Let a person write. A bot in privacy mode gets commands and replies to itself only."""
        self.members.setdefault(person.id, "member")
        content = text_content(text)
        if reply_to is not None and reply_to in self._chat.messages:
            content["reply_to_message"] = self._chat.messages[reply_to]
        return self._post(person, content)

    def _post(self, person: Person, content: Json) -> Json:
        message = self._world.post(self._chat, person.user, content)
        if self.has_bot and self._is_for_bot(message):
            self._world.updates.add("message", message, f"chat {self.id}")
        return message

    def _is_for_bot(self, message: Json) -> bool:
        kinds = {entity["type"] for entity in message.get("entities", ())}
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return "bot_command" in kinds or replied == self._world.bot["id"] or "text" not in message

    def _membership(self, by: Person, old: str, new: str) -> None:
        update = membership(self._world, self._chat.header, by.user, old, new)
        self._world.updates.add("my_chat_member", update, f"chat {self.id}")
