"""The state of the emulated Telegram and the rules that hold it together."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from .chats import Callback, Chat, Sent
from .errors import ApiError, Complaint, Json, bad_request, flood, forbidden
from .faults import Faults
from .files import Files
from .groups import Group
from .limits import Gate, Limits
from .people import Person
from .polls import Poll
from .profile import Profile
from .signals import Events, Signal
from .updates import CALLBACK_RETENTION, UpdateQueue
from .webhook import Webhook

T = TypeVar("T")


class World:
    """Telegram in memory, for one bot. All times are those of `now`, which must be aware UTC.

    Not thread-safe: everything acts in the thread of the event loop that serves it.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = "123456:REHEARSAL",
        name: str = "Rugwijzer",
        username: str = "rugwijzer_bot",
        seed: int = 0,
    ) -> None:
        self.now = now
        self.token = token
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.logged_out = False
        self.profile = Profile({"": name})
        self.signal = Signal()
        self.events = Events()
        self.updates = UpdateQueue(now)
        self.webhook = Webhook(self.updates, now)
        self.files = Files()
        self.faults = Faults(seed)
        self.limits: Limits | None = None
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.chats: dict[int, Chat] = {}
        self.polls: dict[str, Poll] = {}
        self.callbacks: dict[str, Callback] = {}
        self.reactions: dict[tuple[int, int], list[Json]] = {}
        self.log: list[Sent] = []
        self.calls: dict[str, int] = {}
        self.complaints: list[Complaint] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self._gate = Gate()
        self._closing: list[tuple[datetime, str]] = []
        self._serial = 0
        self.updates.listeners.append(lambda _: self.signal.notify())

    def person(self, user_id: int, *, name: str = "Anna", language_code: str = "nl") -> Person:
        """The person with this id, made when first asked for. The bot can't write to them until
        they act; name and language count only the first time."""
        if user_id not in self.people:
            self.people[user_id] = Person(self, user_id, name, language_code)
        return self.people[user_id]

    def group(self, chat_id: int, *, title: str = "Staff", is_forum: bool = False) -> Group:
        """The supergroup with this id, made when first asked for; `is_forum` gives it topics."""
        if chat_id not in self.groups:
            self.groups[chat_id] = Group(self, chat_id, title, is_forum=is_forum)
        return self.groups[chat_id]

    def inject(self, update: Json) -> int | None:
        """Queue a raw update, malformed ones too, and return its `update_id`."""
        return self.updates.inject(update)

    async def until(
        self,
        predicate: Callable[[], T],
        timeout: float = 5.0,  # noqa: ASYNC109
        every: float = 0.25,
    ) -> T:
        """Wait until the predicate holds and return its value; asked again on every change, and
        `every` so many seconds for what changes elsewhere."""
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"still not so after {timeout} s")
            await self.signal.wait(min(left, every))
        return value

    def complain(self, complaint: Complaint) -> None:
        """Record a fault of the bot's."""
        self.complaints.append(complaint)

    def timestamp(self) -> int:
        """Now, as Telegram writes it."""
        return int(self.now().timestamp())

    def serial(self) -> int:
        """A number not given before."""
        self._serial += 1
        return self._serial

    def reachable(self, chat_id: int | str) -> Chat:
        """The chat, if the bot may write there; else the refusal Telegram gives."""
        chat = self.chat(chat_id)
        if chat.header["type"] != "private":
            if not self.groups[chat.header["id"]].has_bot:
                raise forbidden("bot was kicked from the supergroup chat")
            return chat
        person = self.people[chat.header["id"]]
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def chat(self, chat_id: int | str) -> Chat:
        """The chat with this id, if the bot knows it."""
        if isinstance(chat_id, int):
            if chat := self.chats.get(chat_id):
                return chat
            if chat_id in self.people:
                raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")

    def message(self, chat: Chat, message_id: int, purpose: str) -> Json:
        """A message of the chat; `purpose` names it in the refusal."""
        if found := chat.messages.get(message_id):
            return found
        raise bad_request(f"{purpose} not found")

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Put a message in a chat."""
        # A bot's message ids run through all of its private chats; a supergroup has its own.
        private = chat.header["type"] == "private"
        message_id = self.serial() if private else chat.last_message_id + 1
        chat.last_message_id = message_id
        message = {
            "message_id": message_id,
            "from": sender,
            "chat": chat.header,
            "date": self.timestamp(),
            **content,
        }
        self.replace(chat, message)
        return message

    def replace(self, chat: Chat, message: Json) -> Json:
        """Put a new version of a message in place of the old one."""
        chat.messages[message["message_id"]] = message
        self.events.publish(chat.header["id"], "message", message)
        self.signal.notify()
        return message

    def delete(self, chat: Chat, message_id: int) -> None:
        """Take a message away, for both sides."""
        del chat.messages[message_id]
        self.events.publish(chat.header["id"], "deleted", {"message_id": message_id})
        self.signal.notify()

    def admit(self, chat: Chat, *, paid: bool) -> None:
        """Count a send against the limits, or refuse it with 429."""
        if self.limits is not None:
            chat_id = chat.header["id"]
            if wait := self._gate.admit(self.limits, chat_id, time.monotonic(), paid=paid):
                raise flood(wait)

    def sent(self, method: str, message: Json) -> Json:
        """Log an executed send."""
        poll = message.get("poll")
        text = message.get("text") or message.get("caption") or (poll["question"] if poll else "")
        text = text or message.get("venue", {}).get("title", "")
        self.log.append(
            Sent(
                method,
                message["chat"]["id"],
                message["message_id"],
                poll["id"] if poll else None,
                text,
                self.now(),
                time.monotonic(),
            )
        )
        return message

    def busiest(self, window: float = 1.0) -> int:
        """The most sends within any so many real seconds."""
        times = [sent.monotonic for sent in self.log]
        start = most = 0
        for end, moment in enumerate(times):
            while times[start] <= moment - window:
                start += 1
            most = max(most, end - start + 1)
        return most

    def add_poll(self, poll: Poll, closes: datetime | None) -> None:
        """Keep a poll, and close it in time."""
        self.polls[poll.poll_id] = poll
        if closes is not None:
            heapq.heappush(self._closing, (closes, poll.poll_id))

    def settle(self) -> None:
        """Close the polls whose time has come. The bot isn't told: Telegram doesn't either."""
        while self._closing and self._closing[0][0] <= self.now():
            poll = self.polls[heapq.heappop(self._closing)[1]]
            if not poll.closed:
                poll.closed = True
                self.show_poll(poll)

    def show_poll(self, poll: Poll) -> None:
        """Bring the message that holds the poll up to date."""
        chat = self.chats[poll.chat_id]
        if message := chat.messages.get(poll.message_id):
            self.replace(chat, {**message, "poll": poll.as_json(in_message=True)})

    def open_callback(self, query_id: str) -> Callback:
        """A callback query that can still be answered."""
        callback = self.callbacks.get(query_id)
        if (
            callback is None
            or callback.answer is not None
            or self.now() - callback.created >= CALLBACK_RETENTION
        ):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return callback

    def deletable(self, message: Json) -> bool:
        """Bots can delete what is less than two days old."""
        age = timedelta(seconds=self.timestamp() - message["date"])
        return age < timedelta(hours=48)

    def refuse(self, method: str, error: ApiError) -> None:
        """Record a refusal that is the bot's own fault."""
        if error.kind is not None:
            self.complain(Complaint(method, error.kind, error.description))
