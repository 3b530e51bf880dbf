"""The durable inbox: every update is written before it is confirmed to Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.many import among, execute_many, one_value
from bot.store.tables import inbox, instance
from bot.store.upsert import insert

WRITING = 0x72756778
"""The number of the advisory lock of those who write here."""


NEW, ANSWERING, URGENT = "new", "answering", "urgent"
"""The states of what waits: to be handled; for its replies to leave; for a safety card to leave."""
HANDLED = {"state": "handled", "payload": None, "person": None}
"""What remains of what is done."""


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came, encrypted; `person` is the reference of who it is from, if anyone."""

    update_id: int
    person: bytes | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits for handling.

    `replies` counts the messages that left in answer to it: a second handling after a crash
    doesn't send these again. It is `blocked` while another instance has an earlier one of the same
    person.
    """

    id: int
    update_id: int
    person: bytes | None
    payload: bytes
    tries: int
    replies: int
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """What an instance is to say to a person, encrypted; `replies` counts what of it left."""

    id: int
    person: bytes
    payload: bytes
    replies: int
    urgent: bool
    instance: int


async def put(tx: AsyncConnection, updates: Sequence[Received], now: datetime, holder: int) -> None:
    """Write updates for the instance that is their `holder`; one that was here is left alone."""
    if not updates:
        return
    if tx.dialect.name == "postgresql":
        # Ids are given out before they can be seen: one writer at a time keeps a reader, who goes
        # on from the last id it saw, from passing one over.
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING)))
    await tx.execute(
        _put(tx.dialect),
        [
            {
                "update_id": update.update_id,
                "person": update.person,
                "payload": update.payload,
                "received_at": now,
                "state": NEW,
                "tries": 0,
                "replies": 0,
                "instance": holder,
            }
            for update in updates
        ],
    )


@cache
def _put(dialect: Dialect) -> Any:
    return insert(dialect, inbox).on_conflict_do_nothing(index_elements=["update_id"])


async def adopt(tx: AsyncConnection, holder: int) -> None:
    """Give an instance what those that are no more haven't handled or answered."""
    alive = sa.exists().where(instance.c.id == inbox.c.instance)
    # Each state has an index of its own.
    for state in (NEW, ANSWERING, URGENT):
        await tx.execute(
            sa.update(inbox).where(inbox.c.state == state, ~alive).values(instance=holder)
        )


async def waiting(tx: AsyncConnection, holder: int, after: int, limit: int) -> list[Waiting]:
    """An instance's updates not handled yet, in the order they came, from row `after` on."""
    rows = await tx.execute(_WAITING, {"holder": holder, "after": after, "limit": limit})
    return [
        Waiting(
            id_, update_id, bytes(person) if person else None, payload, tries, replies, bool(by)
        )
        for id_, update_id, person, payload, tries, replies, by in rows
    ]


_earlier = inbox.alias()
_WAITING = (
    sa.select(
        inbox.c.id,
        inbox.c.update_id,
        inbox.c.person,
        inbox.c.payload,
        inbox.c.tries,
        inbox.c.replies,
        sa.exists()
        .where(
            _earlier.c.person == inbox.c.person,
            _earlier.c.id < inbox.c.id,
            _earlier.c.state == NEW,
            _earlier.c.instance != sa.bindparam("holder"),
        )
        .label("blocked"),
    )
    .where(
        inbox.c.state == NEW,
        inbox.c.instance == sa.bindparam("holder"),
        inbox.c.id > sa.bindparam("after"),
    )
    .order_by(inbox.c.id)
    .limit(sa.bindparam("limit"))
)


async def handled(tx: AsyncConnection, ids: Sequence[int]) -> None:
    """These are done: their content goes, their ids stay to recognise a second arrival."""
    await tx.execute(_HANDLED, {"ids": one_value(ids)})


_HANDLED = sa.update(inbox).where(among(inbox.c.id)).values(HANDLED)


async def answering(tx: AsyncConnection, payloads: Sequence[tuple[int, bytes, bool]]) -> None:
    """These are handled but for their replies, which take the place of the update's content.

    Each with whether it is urgent.
    """
    rows = [
        {"b_id": id_, "b_payload": payload, "b_state": URGENT if urgent else ANSWERING}
        for id_, payload, urgent in payloads
    ]
    await execute_many(tx, _ANSWERING, rows)


_ANSWERING = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("b_id"), inbox.c.state == NEW)
    .values(state=sa.bindparam("b_state"), payload=sa.bindparam("b_payload"))
)


async def to_answer(
    tx: AsyncConnection, holder: int, besides: Sequence[int], limit: int
) -> list[Answering]:
    """Up to `limit` rows of an instance whose replies have not all left, but for `besides`.

    The urgent ones first, and each kind in the order they came.
    """
    found: list[Answering] = []
    for state in (URGENT, ANSWERING):
        asked = {"holder": holder, "besides": list(besides), "limit": limit - len(found)}
        found += [_answering(row) for row in await tx.execute(_TO_ANSWER[state], asked)]
    return found


async def cards_for(tx: AsyncConnection, person: bytes) -> list[Answering]:
    """The urgent rows of a person, whoever has them, in the order they came."""
    return [_answering(row) for row in await tx.execute(_CARDS, {"whose": person})]


_REPLIES = sa.select(
    inbox.c.id,
    inbox.c.person,
    inbox.c.payload,
    inbox.c.replies,
    inbox.c.state == URGENT,
    inbox.c.instance,
).order_by(inbox.c.id)
_TO_ANSWER = {
    state: _REPLIES.where(
        inbox.c.state == state,
        inbox.c.instance == sa.bindparam("holder"),
        inbox.c.id.not_in(sa.bindparam("besides", expanding=True)),
    ).limit(sa.bindparam("limit"))
    for state in (URGENT, ANSWERING)
}
_CARDS = _REPLIES.where(inbox.c.person == sa.bindparam("whose"), inbox.c.state == URGENT)


def _answering(row: Sequence[Any]) -> Answering:
    id_, person, payload, replies, urgent, holder = row
    return Answering(id_, bytes(person), bytes(payload), replies, bool(urgent), holder)


async def replies_left(tx: AsyncConnection, ids: Sequence[int], holder: int) -> dict[int, int]:
    """Of those of these rows that this instance is still answering, how many replies left.

    They are locked for this transaction.
    """
    given = {"ids": one_value(ids), "this": holder}
    return {row.id: row.replies for row in await tx.execute(_LEFT, given)}


_LEFT = (
    sa.select(inbox.c.id, inbox.c.replies)
    .where(
        among(inbox.c.id),
        inbox.c.state.in_((ANSWERING, URGENT)),
        inbox.c.instance == sa.bindparam("this"),
    )
    .order_by(inbox.c.id)
    .with_for_update()
)


async def replying(tx: AsyncConnection, replies: Sequence[tuple[int, int]]) -> None:
    """Of these rows, each with a number, so many replies have left or are about to."""
    rows = [{"b_id": id_, "b_replies": count} for id_, count in replies]
    await execute_many(tx, _REPLYING, rows)


_REPLYING = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("b_id"))
    .values(replies=sa.bindparam("b_replies"))
)


async def failed_try(tx: AsyncConnection, id_: int, error: str, *, give_up: bool) -> None:
    """Handling failed; `give_up` sets the update aside with its error, and its content goes."""
    values: dict[str, object] = {"tries": inbox.c.tries + 1, "error": error}
    if give_up:
        values |= {"state": "failed", "payload": None, "person": None}
    await tx.execute(sa.update(inbox).where(inbox.c.id == id_).values(**values))


async def forget_before(tx: AsyncConnection, before: datetime) -> None:
    """Drop the ids of handled updates that Telegram can't deliver again.

    The newest row stays: SQLite counts on from it, and readers go on from the last one they saw.
    """
    newest = sa.select(sa.func.max(inbox.c.id)).scalar_subquery()
    await tx.execute(
        sa.delete(inbox).where(
            inbox.c.received_at < before, inbox.c.state == HANDLED["state"], inbox.c.id < newest
        )
    )
