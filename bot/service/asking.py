"""Asking the staff: consent, a conversation's beginning and end, and what is passed on to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.asking import (
    DAY,
    SCOPE,
    Conversation,
    Ended,
    Side,
    Verdict,
    silent_since,
    verdict,
)
from bot.domain.subscriber import Status
from bot.service.forgetting import KEEP
from bot.service.records import Records
from bot.store import consents, conversations
from bot.store.consents import Wording


@dataclass(frozen=True, slots=True)
class Standing:
    """How someone stands who may ask: whether they agreed, and whether a conversation is open."""

    agreed: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """What becomes of a message of a person with an open conversation.

    `first` where it is the first that was ever passed on.
    """

    verdict: Verdict
    conversation: Conversation
    first: bool


@dataclass(frozen=True, slots=True)
class Routed:
    """Where something in a topic goes: to this chat, or nowhere (None) where it isn't open."""

    chat_id: int | None
    language: str


async def standing(records: Records, chat_id: int) -> Standing | None:
    """How a person stands; None for strangers and for who stopped: they take part first."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status is Status.LEFT:
            return None
        found = await conversations.of_person(tx, person.subscriber.id)
        agreed = await consents.stands(tx, person.subscriber.id, SCOPE)
        return Standing(agreed, agreed and found is not None and found.open)


async def begin(records: Records, chat_id: int, wording: Wording | None, now: datetime) -> bool:
    """Open a conversation, with a `wording` that the person says yes to now.

    False where there is no consent, or nobody who takes part. Beginning twice changes nothing.
    """
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status is Status.LEFT:
            return False
        if not await consents.stands(tx, person.subscriber.id, SCOPE):
            if wording is None:
                return False
            await consents.record(tx, person.subscriber.id, wording, "given", now)
        await conversations.begin(tx, person.subscriber.id, now)
        return True


async def close(records: Records, chat_id: int) -> bool:
    """The person's own end; False where no conversation was open."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        return person is not None and await conversations.end(
            tx, person.subscriber.id, Ended.PERSON
        )


async def withdraw(records: Records, chat_id: int, now: datetime) -> None:
    """Withdraw the consent; the conversation ends with it."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is not None:
            await conversations.end(tx, person.subscriber.id, Ended.PERSON)
            await consents.withdraw(tx, person.subscriber.id, SCOPE, now)


async def admit(
    records: Records,
    chat_id: int,
    text: str,
    *,
    message_id: int,
    update_id: int,
    confirmed: bool,
    now: datetime,
) -> Admitted | None:
    """Judge a person's text, and note it where it is to be passed on.

    None where no conversation is open. The same update may be judged again after a crash.
    """
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None:
            return None
        id_ = person.subscriber.id
        found = await conversations.of_person(tx, id_)
        if found is None or not found.open:
            return None
        sent, ever = await conversations.passed_on(tx, id_, update_id, now - DAY)
        judged = verdict(text, sent, confirmed=confirmed)
        if judged is Verdict.PASS and not await conversations.take(
            tx, id_, Side.PERSON, message_id, update_id, now
        ):
            judged = Verdict.ALREADY
        return Admitted(judged, found, first=not ever)


async def settle_in(
    records: Records, conversation: Conversation, old_thread: int | None, thread_id: int
) -> bool:
    """A topic was made for a conversation; False where nobody needs it any more."""
    async with records.db.write() as tx:
        return await conversations.settle_in(tx, conversation.id, old_thread, thread_id)


async def route(
    records: Records, thread_id: int, *, message_id: int, update_id: int, now: datetime
) -> Routed | None:
    """Where an answer in a topic goes, noted as passed on; None for a topic of nobody's."""
    async with records.db.write() as tx:
        topic = await conversations.of_topic(tx, thread_id)
        if topic is None:
            return None
        found = topic.conversation
        if not found.open or found.subscriber_id is None or topic.chat_ref is None:
            return Routed(None, topic.language)
        taken = await conversations.take(
            tx, found.subscriber_id, Side.STAFF, message_id, update_id, now
        )
        return Routed(records.cipher.chat(topic.chat_ref), topic.language) if taken else None


async def knows(records: Records, thread_id: int) -> bool:
    """Whether a topic is that of a conversation, be it over."""
    async with records.db.read() as tx:
        return await conversations.known(tx, thread_id)


async def close_topic(records: Records, thread_id: int, *, shut: bool) -> Routed | None:
    """The staff's end, by a command or (`shut`) by closing the topic at Telegram.

    None for a topic of nobody's; the chat is None where it was over already.
    """
    async with records.db.write() as tx:
        topic = await conversations.of_topic(tx, thread_id)
        if topic is None:
            return None
        found = topic.conversation
        ended = found.subscriber_id is not None and await conversations.end(
            tx, found.subscriber_id, Ended.STAFF
        )
        if shut:
            await conversations.shut(tx, found.id)
        chat_ref = topic.chat_ref if ended else None
        return Routed(records.cipher.chat(chat_ref) if chat_ref else None, topic.language)


async def reopened(records: Records, thread_id: int) -> bool:
    """A topic was reopened at Telegram; whether it is one that only its person can open again."""
    async with records.db.write() as tx:
        topic = await conversations.of_topic(tx, thread_id)
        if topic is None:
            return False
        await conversations.unshut(tx, topic.conversation.id)
        return not topic.conversation.open


async def unshut(records: Records, conversation: Conversation) -> None:
    """The topic of a conversation that goes on is open at Telegram again."""
    async with records.db.write() as tx:
        await conversations.unshut(tx, conversation.id)


async def to_shut(records: Records) -> list[Conversation]:
    """Some conversations that are over and whose topic is still to be closed."""
    async with records.db.read() as tx:
        return await conversations.to_shut(tx, 20)


async def shut(records: Records, conversation: Conversation) -> bool:
    """The topic of a conversation that is over is closed; False where it goes on after all."""
    async with records.db.write() as tx:
        return await conversations.shut(tx, conversation.id)


async def tidy(records: Records, now: datetime) -> None:
    """Close what has long been silent, and drop what is left of people who were erased."""
    async with records.db.write() as tx:
        await conversations.end_silent(tx, silent_since(now))
        await conversations.drop_gone(tx, now - KEEP)
