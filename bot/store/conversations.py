"""Conversations with the staff: whose topic is whose, and that a message was passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asking import Conversation, Ended, Side
from bot.store.tables import conversation, relayed, subscriber
from bot.store.upsert import insert

_COLUMNS = (
    conversation.c.id,
    conversation.c.subscriber_id,
    conversation.c.thread_id,
    conversation.c.ended,
    conversation.c.shut,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """The conversation of a topic, and its person: None where that one was erased."""

    conversation: Conversation
    chat_ref: bytes | None
    language: str


def _conversation(row: Sequence[Any]) -> Conversation:
    id_, subscriber_id, thread_id, ended, shut = row
    return Conversation(id_, subscriber_id, thread_id, Ended(ended) if ended else None, bool(shut))


async def of_person(tx: AsyncConnection, subscriber_id: int) -> Conversation | None:
    """A person's conversation, locked for this transaction."""
    query = sa.select(*_COLUMNS).where(conversation.c.subscriber_id == subscriber_id)
    row = (await tx.execute(query.with_for_update())).first()
    return _conversation(row) if row else None


async def of_topic(tx: AsyncConnection, thread_id: int) -> Topic | None:
    """The conversation that a topic belongs to, locked for this transaction with its person."""
    mine = conversation.c.thread_id == thread_id
    # The person first, as everywhere: no two transactions are to wait for each other.
    whose = sa.select(conversation.c.subscriber_id).where(mine).scalar_subquery()
    query = sa.select(subscriber.c.chat_ref, subscriber.c.language).where(subscriber.c.id == whose)
    person = (await tx.execute(query.with_for_update())).first()
    row = (await tx.execute(sa.select(*_COLUMNS).where(mine).with_for_update())).first()
    if row is None:
        return None
    chat_ref, language = (bytes(person.chat_ref), person.language) if person else (None, "")
    return Topic(_conversation(row), chat_ref, language)


async def known(tx: AsyncConnection, thread_id: int) -> bool:
    """Whether a topic is that of a conversation, be it over."""
    query = sa.select(conversation.c.id).where(conversation.c.thread_id == thread_id)
    return await tx.scalar(query) is not None


async def begin(tx: AsyncConnection, subscriber_id: int, now: datetime) -> None:
    """Open a person's conversation; one that was there before keeps its number and topic."""
    adding = insert(tx.dialect, conversation).values(
        subscriber_id=subscriber_id, shut=False, active_at=now
    )
    again = {"ended": None, "active_at": now}
    await tx.execute(adding.on_conflict_do_update(index_elements=["subscriber_id"], set_=again))


async def end(tx: AsyncConnection, subscriber_id: int, ended: Ended) -> bool:
    """Close a person's conversation; False where none was open."""
    query = (
        sa.update(conversation)
        .where(conversation.c.subscriber_id == subscriber_id, conversation.c.ended.is_(None))
        .values(ended=ended)
    )
    return (await tx.execute(query)).rowcount > 0


async def end_silent(tx: AsyncConnection, before: datetime) -> int:
    """Close the conversations without a message since an instant; gives how many."""
    query = (
        sa.update(conversation)
        .where(conversation.c.active_at < before, conversation.c.ended.is_(None))
        .values(ended=Ended.SILENCE)
    )
    return (await tx.execute(query)).rowcount


async def settle_in(
    tx: AsyncConnection, conversation_id: int, old_thread: int | None, thread_id: int
) -> bool:
    """Give a conversation a new topic; False where its person is gone or it has another by now."""
    query = (
        sa.update(conversation)
        .where(
            conversation.c.id == conversation_id,
            conversation.c.subscriber_id.is_not(None),
            conversation.c.thread_id.is_not_distinct_from(old_thread),
        )
        .values(thread_id=thread_id, shut=False)
    )
    return (await tx.execute(query)).rowcount > 0


async def take(
    tx: AsyncConnection,
    subscriber_id: int,
    side: Side,
    message_id: int,
    update_id: int,
    now: datetime,
) -> bool:
    """Note that a message is passed on; False where another update had it passed on before.

    `message_id` is that of the original in its chat. The same update may take it twice.
    """
    row = {"subscriber_id": subscriber_id, "side": side, "message_id": message_id}
    await tx.execute(
        insert(tx.dialect, relayed)
        .values(**row, update_id=update_id, at=now)
        .on_conflict_do_nothing(index_elements=[*row])
    )
    known = sa.select(relayed.c.update_id).where(
        *(relayed.c[name] == value for name, value in row.items())
    )
    await tx.execute(
        sa.update(conversation)
        .where(conversation.c.subscriber_id == subscriber_id)
        .values(active_at=now)
    )
    return await tx.scalar(known) == update_id


async def passed_on(
    tx: AsyncConnection, subscriber_id: int, update_id: int, since: datetime
) -> tuple[int, bool]:
    """How many messages of a person were passed on since an instant, but for that of one update,
    and whether any was ever.
    """
    recent = sa.func.sum(sa.case((relayed.c.at >= since, 1), else_=0))
    row = (
        await tx.execute(
            sa.select(recent, sa.func.count()).where(
                relayed.c.subscriber_id == subscriber_id,
                relayed.c.side == Side.PERSON,
                relayed.c.update_id != update_id,
            )
        )
    ).one()
    return row[0] or 0, row[1] > 0


async def kept_of(tx: AsyncConnection, subscriber_id: int) -> Any | None:
    """What is kept of a person's conversation: number, thread_id, ended, active_at."""
    query = sa.select(
        conversation.c.id.label("number"),
        conversation.c.thread_id,
        conversation.c.ended,
        conversation.c.active_at,
    ).where(conversation.c.subscriber_id == subscriber_id)
    return (await tx.execute(query)).mappings().first()


async def messages_of(tx: AsyncConnection, subscriber_id: int) -> Sequence[Any]:
    """When messages were passed on to and from a person: side, at."""
    query = (
        sa.select(relayed.c.side, relayed.c.at)
        .where(relayed.c.subscriber_id == subscriber_id)
        .order_by(relayed.c.id)
    )
    return (await tx.execute(query)).mappings().all()


_OVER = sa.or_(conversation.c.ended.is_not(None), conversation.c.subscriber_id.is_(None))


async def to_shut(tx: AsyncConnection, limit: int) -> list[Conversation]:
    """Conversations that are over and have their topic still open at Telegram."""
    query = (
        sa.select(*_COLUMNS)
        .where(_OVER, conversation.c.thread_id.is_not(None), conversation.c.shut.is_(False))
        .order_by(conversation.c.id)
        .limit(limit)
    )
    return [_conversation(row) for row in await tx.execute(query)]


async def shut(tx: AsyncConnection, conversation_id: int) -> bool:
    """The topic is closed at Telegram; False where the conversation began anew meanwhile."""
    query = (
        sa.update(conversation)
        .where(conversation.c.id == conversation_id, _OVER, conversation.c.shut.is_(False))
        .values(shut=True)
    )
    return (await tx.execute(query)).rowcount > 0


async def unshut(tx: AsyncConnection, conversation_id: int) -> None:
    """The topic is open at Telegram."""
    await tx.execute(
        sa.update(conversation).where(conversation.c.id == conversation_id).values(shut=False)
    )


async def drop_gone(tx: AsyncConnection, before: datetime) -> None:
    """Drop what is left of conversations whose people were erased, once their topics are closed.

    Until `before` it is kept, so that an answer in such a topic is known to go nowhere.
    """
    settled = sa.or_(conversation.c.thread_id.is_(None), conversation.c.shut.is_(True))
    await tx.execute(
        sa.delete(conversation).where(
            conversation.c.subscriber_id.is_(None), settled, conversation.c.active_at < before
        )
    )
