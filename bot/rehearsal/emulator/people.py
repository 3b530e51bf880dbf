"""People, and what they can do to a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chats import Callback, Chat
from .errors import Json, Refusal
from .members import membership, text_content

if TYPE_CHECKING:
    from .polls import Poll
    from .world import World

_ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63600000000200015e0af7a20000000049454e44ae426082"
)


class Person:
    """Someone with Telegram on their phone. Their acts become the updates a bot gets."""

    def __init__(self, world: World, user_id: int, name: str, language_code: str) -> None:
        self._world = world
        self.id = user_id
        self.blocked = False
        self.deactivated = False
        self.user: Json = {
            "id": user_id,
            "is_bot": False,
            "first_name": name,
            "language_code": language_code,
        }

    @property
    def language_code(self) -> str:
        """The language of their Telegram app."""
        return str(self.user["language_code"])

    @language_code.setter
    def language_code(self, code: str) -> None:
        self.user = {**self.user, "language_code": code}

    @property
    def chat(self) -> list[Json]:
        """Both sides' messages as they look now. Not to be changed."""
        self._world.settle()
        chat = self._world.chats.get(self.id)
        return list(chat.messages.values()) if chat else []

    def start(self, payload: str = "") -> Json:
        """Press Start, or open a deep link with this payload. Unblocks a blocked bot."""
        if self.blocked:
            self.unblock()
        return self.text(f"/start {payload}".rstrip())

    def text(self, text: str) -> Json:
        """Write a text."""
        return self._post(text_content(text))

    def edit(self, message_id: int, text: str) -> Json:
        """Change a text of one's own."""
        chat = self._acting()
        message = chat.messages.get(message_id)
        if message is None or message["from"]["id"] != self.id or "text" not in message:
            raise Refusal("no text of your own with this message_id")
        kept = {key: value for key, value in message.items() if key != "entities"}
        return self._replace(chat, {**kept, **text_content(text)})

    def sticker(self) -> Json:
        """Send a sticker."""
        sticker = {"type": "regular", "width": 512, "height": 512, "emoji": "👍"}
        flags = {"is_animated": False, "is_video": False}
        stored = self._file("stickers", "sticker.webp", "image/webp")
        return self._post({"sticker": {**stored, **sticker, **flags}})

    def voice(self) -> Json:
        """Send a voice message."""
        stored = self._file("voice", "voice.oga", "audio/ogg")
        return self._post({"voice": {**stored, "duration": 3, "mime_type": "audio/ogg"}})

    def photo(self, caption: str = "") -> Json:
        """Send a photo."""
        return self._post(self._photo(caption))

    def album(self, *captions: str) -> list[Json]:
        """Send photos together, each with its caption (may be empty)."""
        group = str(10**16 + self._world.serial())
        return [self._post({**self._photo(each), "media_group_id": group}) for each in captions]

    def location(
        self, latitude: float = 52.37, longitude: float = 4.9, *, live_period: int = 0
    ) -> Json:
        """Share a place, for `live_period` seconds on the way."""
        place: Json = {"latitude": latitude, "longitude": longitude}
        live = {"live_period": live_period} if live_period else {}
        return self._post({"location": {**place, **live}})

    def move(self, message_id: int, latitude: float, longitude: float) -> Json:
        """Be elsewhere, with a place that is shared live."""
        chat = self._acting()
        message = chat.messages[message_id]
        place = {**message["location"], "latitude": latitude, "longitude": longitude}
        return self._replace(chat, {**message, "location": place})

    def contact(self) -> Json:
        """Share one's own contact."""
        contact = {"phone_number": "+31600000000", "first_name": self.user["first_name"]}
        return self._post({"contact": {**contact, "user_id": self.id}})

    def tap(self, message_id: int, data: str, *, chat_id: int | None = None) -> str:
        """Tap a button, even one that isn't there any more; returns the callback query's id."""
        world = self._world
        chat = self._acting() if chat_id is None else world.chats[chat_id]
        query_id = str(10**18 + world.serial())
        world.callbacks[query_id] = Callback(query_id, self.id, data, world.now())
        # Of a message that is gone only the id is told, with the date 0.
        gone: Json = {"message_id": message_id, "chat": chat.header, "date": 0}
        query: Json = {
            "id": query_id,
            "from": self.user,
            "message": chat.messages.get(message_id, gone),
            "chat_instance": str(-(10**18) - self.id),
            "data": data,
        }
        world.updates.add("callback_query", query, f"user {self.id}")
        return query_id

    def vote(self, message_id: int, options: list[int], *, chat_id: int | None = None) -> None:
        """Choose options of a poll by their numbers, from 0; `Refusal` where the app refuses."""
        if not options:
            raise Refusal("a vote needs an option")
        self._vote(message_id, tuple(options), chat_id)

    def retract(self, message_id: int, *, chat_id: int | None = None) -> None:
        """Take one's vote back."""
        self._vote(message_id, (), chat_id)

    def poll(self, message_id: int, *, chat_id: int | None = None) -> Poll:
        """The poll in a message."""
        self._world.settle()
        chat = self._world.chats.get(self.id if chat_id is None else chat_id)
        message = chat.messages.get(message_id) if chat else None
        if message is None or "poll" not in message:
            raise Refusal("no poll with this message_id")
        return self._world.polls[message["poll"]["id"]]

    def block(self) -> None:
        """Stop and block the bot."""
        if not self.blocked:
            self._acting()
            self.blocked = True
            self._membership("member", "kicked")

    def unblock(self) -> None:
        """Allow the bot again."""
        if self.blocked:
            self.blocked = False
            self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Delete the Telegram account. The bot learns of it only when it next writes."""
        self._acting()
        self.deactivated = True

    def _vote(self, message_id: int, chosen: tuple[int, ...], chat_id: int | None) -> None:
        self._acting()
        poll = self.poll(message_id, chat_id=chat_id)
        poll.vote(self.id, chosen)
        world = self._world
        lane = f"poll {poll.poll_id}"
        if not poll.anonymous:
            world.updates.add("poll_answer", poll.answer(self.user), lane)
        world.updates.add("poll", poll.as_json(), lane)
        world.show_poll(poll)

    def _acting(self) -> Chat:
        """The private chat, made on the first act."""
        if self.deactivated:
            raise Refusal("the account is deactivated")
        if self.blocked:
            raise Refusal("the bot is blocked")
        if self.id not in self._world.chats:
            header = {"id": self.id, "type": "private", "first_name": self.user["first_name"]}
            self._world.chats[self.id] = Chat(header)
        return self._world.chats[self.id]

    def _post(self, content: Json) -> Json:
        message = self._world.post(self._acting(), self.user, content)
        self._world.updates.add("message", message, f"chat {self.id}")
        return message

    def _replace(self, chat: Chat, changed: Json) -> Json:
        edited = {**changed, "edit_date": self._world.timestamp()}
        self._world.replace(chat, edited)
        self._world.updates.add("edited_message", edited, f"chat {self.id}")
        return edited

    def _photo(self, caption: str) -> Json:
        stored = self._file("photos", "photo.png", "image/png")
        content: Json = {"photo": [{**stored, "width": 1, "height": 1}]}
        return {**content, "caption": caption} if caption else content

    def _file(self, folder: str, name: str, mime: str) -> Json:
        return self._world.files.add(folder, name, mime, _ONE_PIXEL).as_json()

    def _membership(self, old: str, new: str) -> None:
        world = self._world
        update = membership(world, world.chats[self.id].header, self.user, old, new)
        world.updates.add("my_chat_member", update, f"chat {self.id}")
        world.signal.notify()
