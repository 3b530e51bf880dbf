"""The staff's group: whether it is fit for conversations, and what the bot does in its topics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from telegram import ChatMemberAdministrator, ReactionTypeEmoji
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.chat import handling
from bot.chat.handling import PAUSES, Handling
from bot.content.render import Texts
from bot.delivery.allowance import Ticket
from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Lane, Pacer
from bot.delivery.transport import NotConnected, flood_wait
from bot.domain.asking import Conversation
from bot.domain.message import Rows, TextMessage
from bot.domain.outcome import Flood, Late, NotSent, Outcome, Refused, Sent, Uncertain
from bot.service import asking
from bot.service.records import Records

log = structlog.get_logger()

PROBLEMS = {
    "unknown": "the bot is not in that group; add it there, as an administrator",
    "topics": "that group has no topics; turn them on in its settings",
    "rights": "the bot may not manage topics there; make it an administrator with that right",
}
"""What may be wrong with the group, for the log."""

GONE = ("thread not found", "topic_id_invalid", "topic_deleted")
DONE = ("topic_not_modified", *GONE)
"""Parts of a refusal that say there is no such topic (any more), or nothing left to do."""

SETTLE_EVERY = 5.0
"""Seconds between two looks for topics to close, where nobody asks for one."""

SEEN = ReactionTypeEmoji("👍")


class StaffRoom:
    """The group with the id `chat_id`.

    `tell` is handed what is wrong with it, for the operators; `changed` hears of it when that
    changes later on.

    Everything in it is in the campaign's first language.
    """

    def __init__(
        self,
        chat_id: int,
        bot: ExtBot[Any],
        messenger: Messenger,
        pacer: Pacer,
        records: Records,
        texts: Texts,
        tell: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self.chat_id = chat_id
        self._bot = bot
        self._messenger = messenger
        self._pacer = pacer
        self._records = records
        self._texts = texts
        self._tell = tell
        self._changed = changed
        self._checked = False
        self._problem: str | None = None
        self._event = asyncio.Event()

    def wake(self) -> None:
        """A conversation may be over."""
        self._event.set()

    async def check(self) -> None:
        """See whether the group is fit, and let all texts say so. Told where that changes."""
        try:
            problem = await self._found()
        except TelegramError as error:
            log.info("the staff's group was not checked", error=type(error).__name__)
            return
        if problem is not None and problem != self._problem:
            log.error(f"nobody can ask the physio: STAFF_CHAT_ID: {PROBLEMS[problem]}")
            self._tell(self.phrase(f"operator.staff-{problem}"))
        elif problem is None and not self._texts.staffed:
            log.info("people can ask the physio")
        was, self._texts.staffed = self._texts.staffed, problem is None
        if self._checked and was is not self._texts.staffed:
            self._changed()
        self._problem, self._checked = problem, True

    async def _found(self) -> str | None:
        try:
            group = await self._bot.get_chat(self.chat_id)
            me = await self._bot.get_chat_member(self.chat_id, self._bot.id)
        except (BadRequest, Forbidden):
            return "unknown"
        if me.status in (me.LEFT, me.BANNED):
            return "unknown"
        if not group.is_forum:
            return "topics"
        may = isinstance(me, ChatMemberAdministrator) and me.can_manage_topics
        return None if may else "rights"

    async def post(
        self, conversation: Conversation, question: str, *, first: bool, language: str
    ) -> Outcome:
        """Put a person's question in their topic, at most once; a topic that is gone is made anew.

        Uncertain where an earlier handling of the same update may have done it.
        """
        thread, made, began = conversation.thread_id, False, False
        handled = handling.current.get()
        for pause in (*PAUSES, None):
            if thread is None:
                made = True
                outcome, thread = await self._make_topic(handled, conversation, language)
            if thread is not None and conversation.shut and not made:
                await self._reopen(conversation, thread)
            if thread is not None:
                phrase = "staff.first" if first or made else "staff.question"
                message = TextMessage(self.phrase(phrase, text=question))
                outcome, began = await self._leave(
                    handled, self.chat_id, message, thread, counted=began
                )
                if isinstance(outcome, Refused) and _says(outcome.reason, GONE) and not made:
                    thread = None
                    continue
            if not isinstance(outcome, NotSent | Late | Flood) or pause is None:
                return outcome
            await asyncio.sleep(pause)
        return outcome

    async def say(self, chat_id: int, html: str, rows: Rows = ()) -> Outcome:
        """Write to a person, at most once."""
        handled, began = handling.current.get(), False

        async def once() -> Outcome:
            nonlocal began
            message = TextMessage(html, rows)
            outcome, began = await self._leave(handled, chat_id, message, None, counted=began)
            return outcome

        return await _insist(once)

    async def note(self, thread: int, phrase: str) -> None:
        """Tell the staff something in a topic, at most once."""
        message = TextMessage(self.phrase(phrase))
        outcome, _ = await self._leave(
            handling.current.get(), self.chat_id, message, thread, counted=False
        )
        if not isinstance(outcome, Sent | Uncertain):
            log.warning("the staff was not told", note=phrase, outcome=type(outcome).__name__)

    async def seen(self, message_id: int) -> None:
        """Show under an answer that it arrived."""
        try:
            await self._bot.set_message_reaction(self.chat_id, message_id, [SEEN])
        except TelegramError as error:
            log.info("no reaction", error=type(error).__name__)

    async def run(self) -> None:
        """Close the topics of conversations that are over, until cancelled."""
        while True:
            self._event.clear()
            try:
                await self.settle()
            except DBAPIError as error:
                log.error("topics can't be settled for now", reason=type(error.orig).__name__)
            try:
                await asyncio.wait_for(self._event.wait(), SETTLE_EVERY)
            except TimeoutError:
                continue

    async def settle(self) -> None:
        """Close what is to be closed. Closing comes first and may be repeated; the word about it
        follows once."""
        if not self._texts.staffed:
            return
        for conversation in await asking.to_shut(self._records):
            thread = conversation.thread_id
            assert thread is not None
            if not await self._close(thread):
                continue
            if not await asking.shut(self._records, conversation):
                await self._reopen(conversation, thread)
                continue
            why = "erased" if conversation.subscriber_id is None else conversation.ended
            await _insist(partial(self._write, thread, f"staff.closed-{why}"))

    async def _write(self, thread: int, phrase: str) -> Outcome:
        ticket = await self._pacer.moment(Lane.INTERACTIVE, self.chat_id)
        return await self._send(self.chat_id, TextMessage(self.phrase(phrase)), thread, ticket)

    async def _close(self, thread: int) -> bool:
        """Close a topic; whether it is closed now. Where not, the next turn tries again."""
        try:
            await self._bot.close_forum_topic(self.chat_id, thread)
        except TelegramError as error:
            if _says(error.message, DONE):
                return True
            log.warning("a topic was not closed", error=type(error).__name__)
            return False
        return True

    def phrase(self, key: str, **facts: object) -> str:
        """A phrase in the staff's language."""
        return self._texts.phrase(key, self._texts.campaign.languages[0], **facts)

    async def _leave(
        self,
        handled: Handling,
        chat_id: int,
        message: TextMessage,
        thread: int | None,
        *,
        counted: bool,
    ) -> tuple[Outcome, bool]:
        """Send once more; it is `counted` when it first leaves, and whether it is comes back."""
        with handled.waiting():
            ticket = await self._pacer.moment(Lane.INTERACTIVE, chat_id)
        if not counted and not await handled.may_leave():
            self._pacer.give_back(ticket)
            return Uncertain("it left before, or was about to"), True
        return await self._send(chat_id, message, thread, ticket), True

    async def _send(
        self, chat_id: int, message: TextMessage, thread: int | None, ticket: Ticket
    ) -> Outcome:
        outcome = await self._messenger.say(chat_id, message, ticket, thread=thread)
        if isinstance(outcome, Flood):
            self._pacer.rest(outcome.retry_after)
        return outcome

    async def _make_topic(
        self, handled: Handling, conversation: Conversation, language: str
    ) -> tuple[Outcome, int | None]:
        """A new topic for a conversation, written down; where there is none, why."""
        spoken = self._texts.plain(f"language.{language}", self._texts.campaign.languages[0])
        name = self._texts.plain(
            "staff.topic",
            self._texts.campaign.languages[0],
            number=conversation.id,
            language=spoken,
        )
        with handled.waiting():
            ticket = await self._pacer.moment(Lane.INTERACTIVE, self.chat_id)
        try:
            topic = await self._bot.create_forum_topic(self.chat_id, name, rate_limit_args=ticket)
        except TelegramError as error:
            seconds = flood_wait(error)
            if seconds is not None:
                self._pacer.rest(seconds)
                return Flood(seconds), None
            if isinstance(error, NotConnected):
                return NotSent(error.message), None
            return Refused(type(error).__name__), None
        thread = topic.message_thread_id
        old = conversation.thread_id
        if await asking.settle_in(self._records, conversation, old, thread):
            return Sent(0), thread
        # Its person was erased meanwhile.
        await self._close(thread)
        return Refused("nobody's"), None

    async def _reopen(self, conversation: Conversation, thread: int) -> None:
        try:
            await self._bot.reopen_forum_topic(self.chat_id, thread)
        except TelegramError as error:
            # Administrators may write in a closed one too.
            log.info("a topic was not reopened", error=type(error).__name__)
        await asking.unshut(self._records, conversation)


async def _insist(send: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Send until it left or can't; what surely didn't leave is tried again some times."""
    for pause in PAUSES:
        outcome = await send()
        if not isinstance(outcome, NotSent | Late | Flood):
            return outcome
        await asyncio.sleep(pause)
    return await send()


def _says(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text.lower() for part in parts)
