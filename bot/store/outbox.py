"""The outbox: deliveries queued, claimed, settled.

`UNIQUE (enrolment, step, item)` makes planning idempotent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.deliveries import (
    COLUMNS,
    LOCKED,
    STEP_ITEM,
    TAKEN,
    Delivery,
    Lane,
    Planned,
    State,
    delivery_of,
    with_people,
)
from bot.store.inbox import URGENT
from bot.store.many import among, execute_many, one_value
from bot.store.tables import Instant, delivery, enrolment, inbox, instance, millis, subscriber
from bot.store.upsert import insert

_QUEUED = ("lane", "status", "due_at", "send_before", "tries")


async def queue(tx: AsyncConnection, planned: Iterable[Planned]) -> None:
    """Queue deliveries. One that stands already is left alone, unless it was cancelled."""
    rows = [
        {
            "enrolment_id": item.enrolment_id,
            "step": item.step,
            "item": item.item,
            "lane": item.lane,
            "status": State.QUEUED,
            "due_at": item.due_at,
            "send_before": item.send_before,
            "tries": 0,
        }
        for item in planned
    ]
    if rows:
        await tx.execute(_queue(tx.dialect), rows)


@cache
def _queue(dialect: Dialect) -> Any:
    return _unless_standing(insert(dialect, delivery))


async def queue_next(
    tx: AsyncConnection, enrolment_ids: Sequence[int], item: int, window: timedelta
) -> None:
    """Queue the next step of these enrolments in the bulk lane, due as they are due."""
    given = {
        "ids": one_value(enrolment_ids),
        "which": item,
        "window": window // timedelta(milliseconds=1),
    }
    await tx.execute(_queue_next(tx.dialect), given)


@cache
def _queue_next(dialect: Dialect) -> Any:
    steps = sa.select(
        enrolment.c.id,
        enrolment.c.next_step,
        sa.bindparam("which", type_=sa.SmallInteger),
        sa.literal(int(Lane.BULK)),
        sa.literal(State.QUEUED.value),
        enrolment.c.next_due_at,
        sa.type_coerce(enrolment.c.next_due_at, sa.BigInteger)
        + sa.bindparam("window", type_=sa.BigInteger),
        sa.literal(0),
    ).where(
        among(enrolment.c.id),
        enrolment.c.next_due_at.is_not(None),
    )
    columns = ["enrolment_id", "step", "item", *_QUEUED]
    return _unless_standing(insert(dialect, delivery).from_select(columns, steps))


def _unless_standing(adding: Any) -> Any:
    return adding.on_conflict_do_update(
        index_elements=["enrolment_id", "step", "item"],
        set_={
            **{name: adding.excluded[name] for name in _QUEUED},
            "reason": None,
            "sent_at": None,
        },
        where=delivery.c.status == State.CANCELLED,
    )


async def claimable(tx: AsyncConnection, now: datetime, lane: Lane, limit: int) -> list[Delivery]:
    """Up to `limit` queued deliveries of a lane that are due, the longest due first.

    Those of people for whom a safety card waits are left out. They are locked for this transaction;
    what another one holds is passed over.
    """
    given = {"lane": lane, "now": now, "limit": limit}
    return [delivery_of(row) for row in await tx.execute(_CLAIMABLE, given)]


# Built once: building a statement of so many columns costs more than running it.
_CLAIMABLE = (
    sa.select(*COLUMNS)
    .select_from(with_people())
    .where(
        delivery.c.status == State.QUEUED,
        delivery.c.lane == sa.bindparam("lane"),
        delivery.c.due_at <= sa.bindparam("now"),
        ~sa.exists().where(inbox.c.person == subscriber.c.chat_ref, inbox.c.state == URGENT),
    )
    .order_by(delivery.c.due_at)
    .limit(sa.bindparam("limit"))
    .with_for_update(of=LOCKED, skip_locked=True)
)


async def next_refs(tx: AsyncConnection, limit: int) -> list[bytes]:
    """The chat references of up to `limit` queued deliveries, those to come first at the front."""
    query = (
        sa.select(subscriber.c.chat_ref)
        .select_from(with_people())
        .where(delivery.c.status == State.QUEUED)
        .order_by(delivery.c.lane, delivery.c.due_at)
        .limit(limit)
    )
    return [bytes(ref) for ref in await tx.scalars(query)]


async def get(tx: AsyncConnection, delivery_id: int) -> Delivery | None:
    """One delivery; its person is locked for this transaction."""
    row = (await tx.execute(_GET, {"this": delivery_id})).first()
    return delivery_of(row) if row else None


_GET = (
    sa.select(*COLUMNS)
    .select_from(with_people())
    .where(delivery.c.id == sa.bindparam("this"))
    .with_for_update(of=LOCKED)
)


async def unsettled(tx: AsyncConnection, delivery_id: int, claimant: int) -> Delivery | None:
    """One delivery whose outcome isn't known, its person locked for this transaction.

    None where another instance than the `claimant` is sending it meanwhile.
    """
    given = {"this": delivery_id, "claimant": claimant}
    row = (await tx.execute(_UNSETTLED, given)).first()
    return delivery_of(row) if row else None


_UNSETTLED = _GET.where(
    sa.or_(
        sa.and_(
            delivery.c.status == State.SENDING, delivery.c.instance == sa.bindparam("claimant")
        ),
        delivery.c.status == State.UNCERTAIN,
    )
)


async def set_status(
    tx: AsyncConnection, ids: Sequence[int], status: State, reason: str | None = None
) -> None:
    """Move deliveries to a status."""
    if ids:
        await tx.execute(
            sa.update(delivery).where(delivery.c.id.in_(ids)).values(status=status, reason=reason)
        )


async def mark_sending(
    tx: AsyncConnection, ids: Sequence[int], now: datetime, claimant: int
) -> None:
    """Commit to sending these now, from the instance that is the `claimant`."""
    given = {"ids": one_value(ids), "b_now": now, "b_claimant": claimant}
    await tx.execute(_MARK_SENDING, given)


_MARK_SENDING = (
    sa.update(delivery)
    .where(among(delivery.c.id))
    .values(
        status=State.SENDING.value,
        sent_at=sa.bindparam("b_now"),
        tries=delivery.c.tries + 1,
        reason=sa.null(),
        instance=sa.bindparam("b_claimant"),
    )
)


async def release(tx: AsyncConnection, claimant: int, all_but: Iterable[int]) -> None:
    """Take back what the claimant committed to sending, `all_but` what leaves all the same."""
    await tx.execute(_RELEASE, {"ids": one_value(all_but), "b_claimant": claimant})


_RELEASE = (
    sa.update(delivery)
    .where(
        delivery.c.status == State.SENDING,
        delivery.c.instance == sa.bindparam("b_claimant"),
        ~among(delivery.c.id),
    )
    .values(status=State.QUEUED, sent_at=None, tries=delivery.c.tries - 1)
)


async def postpone(
    tx: AsyncConnection,
    delivery_id: int,
    due_at: datetime,
    send_before: datetime | None,
    reason: str | None = None,
) -> None:
    """Queue a delivery for later."""
    await tx.execute(
        sa.update(delivery)
        .where(delivery.c.id == delivery_id)
        .values(
            status=State.QUEUED,
            due_at=due_at,
            send_before=send_before,
            sent_at=None,
            reason=reason,
        )
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery that Telegram took; `close_at` is when its poll is to be closed."""

    delivery_id: int
    message_id: int | None
    poll_id: str | None
    close_at: datetime | None


_decided = delivery.c.reason == TAKEN
_ARRIVED = (
    sa.update(delivery)
    .where(delivery.c.id == sa.bindparam("b_id"))
    .values(
        status=State.SENT.value,
        # A tap may come before the answer to the request that brought the offer.
        reason=sa.case((_decided, TAKEN), else_=sa.null()),
        message_id=sa.bindparam("b_message_id"),
        poll_id=sa.bindparam("b_poll_id"),
        close_at=sa.case((_decided, sa.null()), else_=sa.bindparam("b_close_at", type_=Instant)),
    )
)


_ARRIVED_AS_CLAIMED = _ARRIVED.where(
    delivery.c.status == State.SENDING.value, delivery.c.instance == sa.bindparam("b_claimant")
)


async def settle_sent(tx: AsyncConnection, arrivals: Sequence[Arrival]) -> None:
    """Telegram took these, or a later answer proves that it did."""
    await execute_many(tx, _ARRIVED, [_arrived(arrival) for arrival in arrivals])


async def settle_claimed(tx: AsyncConnection, arrivals: Sequence[Arrival], claimant: int) -> bool:
    """Telegram took these, which the claimant was sending. False where one isn't in its hands any
    more: then roll back."""
    rows = [{**_arrived(arrival), "b_claimant": claimant} for arrival in arrivals]
    return await execute_many(tx, _ARRIVED_AS_CLAIMED, rows) == len(rows)


def _arrived(arrival: Arrival) -> dict[str, Any]:
    return {
        "b_id": arrival.delivery_id,
        "b_message_id": arrival.message_id,
        "b_poll_id": arrival.poll_id,
        "b_close_at": millis(arrival.close_at),
    }


async def orphans(tx: AsyncConnection) -> list[Delivery]:
    """Deliveries that an instance was sending which is no more; locked for this transaction."""
    alive = sa.exists().where(instance.c.id == delivery.c.instance)
    query = (
        sa.select(*COLUMNS)
        .select_from(with_people())
        .where(delivery.c.status == State.SENDING, ~alive)
        .order_by(enrolment.c.id)
        .with_for_update(of=LOCKED)
    )
    return [delivery_of(row) for row in await tx.execute(query)]


async def cancel_queued(
    tx: AsyncConnection, enrolment_id: int, reason: str, lane: Lane | None = None
) -> None:
    """Withdraw what has not left yet: all of it, or the steps in one lane."""
    statement = sa.update(delivery).where(
        delivery.c.enrolment_id == enrolment_id, delivery.c.status == State.QUEUED
    )
    if lane is not None:
        statement = statement.where(delivery.c.lane == lane, delivery.c.item >= STEP_ITEM)
    await tx.execute(statement.values(status=State.CANCELLED, reason=reason))


async def next_due_at(tx: AsyncConnection) -> datetime | None:
    """When the next queued delivery is due."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type)).where(
            delivery.c.status == State.QUEUED
        )
    )
    return moment
