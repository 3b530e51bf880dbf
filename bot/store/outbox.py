"""Deliveries: queued, claimed, settled.

`UNIQUE (enrolment, step, item)` makes planning idempotent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscriber import Person
from bot.store import people
from bot.store.inbox import URGENT
from bot.store.many import among, execute_many, one_value
from bot.store.records import PERSON, joined, person_of
from bot.store.tables import answer, delivery, enrolment, inbox, instance, millis, subscriber


class State(StrEnum):
    """How a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"  # committed before the request leaves
    SENT = "sent"
    FAILED = "failed"  # Telegram refused this message for good
    CANCELLED = "cancelled"  # withdrawn before it left; planned again when its turn comes
    UNCERTAIN = "uncertain"  # the request left and no answer came


class Lane(IntEnum):
    """Which queue of the outbox: what answers a person's own act goes first."""

    INTERACTIVE = 0
    BULK = 1


STEP_ITEM = 0
"""The item of the step itself: the tip, or the question of consent to check-ins.

Item n is question n of a check-in. Items below it stand beside the series: -n is the nth offer of a
branch, whose key stands in the place of the step's, and -1 of a check-in the reminder of it.
"""

REMINDER = -1


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery to queue. `send_before` is None for what answers a person's own act."""

    enrolment_id: int
    step: str
    item: int
    lane: Lane
    due_at: datetime
    send_before: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery in the outbox, with the person it is for and their chat reference."""

    id: int
    step: str
    item: int
    lane: Lane
    status: State
    due_at: datetime
    send_before: datetime | None
    tries: int
    message_id: int | None
    poll_id: str | None
    chat_ref: bytes
    person: Person


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of a branch, as it stands in the outbox."""

    branch: str
    item: int
    due_at: datetime
    status: State


LOCKED = (*people.LOCKED, delivery)
"""The person first, as everywhere."""

_DELIVERY = (
    "id",
    "step",
    "item",
    "lane",
    "status",
    "due_at",
    "send_before",
    "tries",
    "message_id",
    "poll_id",
)
COLUMNS = (
    *PERSON,
    *(delivery.c[name].label(f"d_{name}") for name in _DELIVERY),
    subscriber.c.chat_ref,
)


def _delivery(row: Sequence[Any]) -> Delivery:
    id_, step, item, lane, status, due_at, send_before, tries, message_id, poll_id, chat_ref = row[
        len(PERSON) :
    ]
    return Delivery(
        id_,
        step,
        item,
        Lane(lane),
        State(status),
        due_at,
        send_before,
        tries,
        message_id,
        poll_id,
        bytes(chat_ref),
        person_of(row),
    )


def _everything() -> sa.Join:
    return joined().join(delivery, delivery.c.enrolment_id == enrolment.c.id)


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
        await tx.execute(_queue(_dialect(tx)), rows)


@cache
def _queue(dialect: Any) -> Any:
    return _unless_standing(dialect.insert(delivery))


async def queue_next(
    tx: AsyncConnection, enrolment_ids: Sequence[int], item: int, window: timedelta
) -> None:
    """Queue the next step of these enrolments in the bulk lane, due as they are due."""
    given = {
        "ids": one_value(enrolment_ids),
        "which": item,
        "window": window // timedelta(milliseconds=1),
    }
    await tx.execute(_queue_next(_dialect(tx)), given)


@cache
def _queue_next(dialect: Any) -> Any:
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
    return _unless_standing(dialect.insert(delivery).from_select(columns, steps))


def _dialect(tx: AsyncConnection) -> Any:
    return postgresql if tx.dialect.name == "postgresql" else sqlite


def _unless_standing(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["enrolment_id", "step", "item"],
        set_={
            **{name: insert.excluded[name] for name in _QUEUED},
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
    return [_delivery(row) for row in await tx.execute(_CLAIMABLE, given)]


# Built once: building a statement of so many columns costs more than running it.
_CLAIMABLE = (
    sa.select(*COLUMNS)
    .select_from(_everything())
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
        .select_from(_everything())
        .where(delivery.c.status == State.QUEUED)
        .order_by(delivery.c.lane, delivery.c.due_at)
        .limit(limit)
    )
    return [bytes(ref) for ref in await tx.scalars(query)]


async def get(tx: AsyncConnection, delivery_id: int) -> Delivery | None:
    """One delivery; its person is locked for this transaction."""
    row = (await tx.execute(_GET, {"this": delivery_id})).first()
    return _delivery(row) if row else None


_GET = (
    sa.select(*COLUMNS)
    .select_from(_everything())
    .where(delivery.c.id == sa.bindparam("this"))
    .with_for_update(of=LOCKED)
)


async def unsettled(tx: AsyncConnection, delivery_id: int, claimant: int) -> Delivery | None:
    """One delivery whose outcome isn't known, its person locked for this transaction.

    None where another instance than the `claimant` is sending it meanwhile.
    """
    given = {"this": delivery_id, "claimant": claimant}
    row = (await tx.execute(_UNSETTLED, given)).first()
    return _delivery(row) if row else None


_UNSETTLED = _GET.where(
    sa.or_(
        sa.and_(
            delivery.c.status == State.SENDING, delivery.c.instance == sa.bindparam("claimant")
        ),
        delivery.c.status == State.UNCERTAIN,
    )
)


async def by_polls(tx: AsyncConnection, poll_ids: Sequence[str]) -> dict[str, Delivery]:
    """The deliveries that polls belong to; their people are locked for this transaction."""
    found = [_delivery(row) for row in await tx.execute(_BY_POLLS, {"poll_ids": list(poll_ids)})]
    return {str(delivery.poll_id): delivery for delivery in found}


_BY_POLLS = (
    sa.select(*COLUMNS)
    .select_from(_everything())
    .where(delivery.c.poll_id.in_(sa.bindparam("poll_ids", expanding=True)))
    .order_by(enrolment.c.id)
    .with_for_update(of=LOCKED)
)


async def unproved_polls(tx: AsyncConnection, ref: bytes) -> list[Delivery]:
    """A person's questions that left and of which we don't know the poll, the newest first."""
    query = (
        sa.select(*COLUMNS)
        .select_from(_everything())
        .where(
            subscriber.c.chat_ref == ref,
            # A tap on its button may have proved a question before, but told no poll.
            delivery.c.status.in_((State.UNCERTAIN, State.SENT)),
            delivery.c.item > STEP_ITEM,
            delivery.c.poll_id.is_(None),
        )
        .order_by(delivery.c.id.desc())
    )
    return [_delivery(row) for row in await tx.execute(query)]


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
    each = {"b_now": millis(now), "b_claimant": claimant}
    await execute_many(tx, _MARK_SENDING, [{"b_id": id_, **each} for id_ in ids])


_MARK_SENDING = (
    sa.update(delivery)
    .where(delivery.c.id == sa.bindparam("b_id"))
    .values(
        status=State.SENDING.value,
        sent_at=sa.bindparam("b_now"),
        tries=delivery.c.tries + 1,
        reason=sa.null(),
        instance=sa.bindparam("b_claimant"),
    )
)


async def release(tx: AsyncConnection, ids: Sequence[int], claimant: int) -> None:
    """Take the claimant's commitment to sending these back: they didn't leave."""
    await tx.execute(
        sa.update(delivery)
        .where(
            delivery.c.id.in_(ids),
            delivery.c.status == State.SENDING,
            delivery.c.instance == claimant,
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


_ARRIVED = (
    sa.update(delivery)
    .where(delivery.c.id == sa.bindparam("b_id"))
    .values(
        status=State.SENT.value,
        reason=sa.null(),
        message_id=sa.bindparam("b_message_id"),
        poll_id=sa.bindparam("b_poll_id"),
        close_at=sa.bindparam("b_close_at"),
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
        .select_from(_everything())
        .where(delivery.c.status == State.SENDING, ~alive)
        .order_by(enrolment.c.id)
        .with_for_update(of=LOCKED)
    )
    return [_delivery(row) for row in await tx.execute(query)]


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


async def cancel_questions(tx: AsyncConnection, enrolment_id: int, reason: str) -> None:
    """Withdraw the questions of a person that have not left yet."""
    await tx.execute(
        sa.update(delivery)
        .where(
            delivery.c.enrolment_id == enrolment_id,
            delivery.c.status == State.QUEUED,
            delivery.c.item > STEP_ITEM,
        )
        .values(status=State.CANCELLED, reason=reason)
    )


async def step_under_way(tx: AsyncConnection, enrolment_id: int, step: str | None) -> bool:
    """Whether a step is queued or being sent."""
    found = await tx.scalar(
        sa.select(delivery.c.id)
        .where(
            delivery.c.enrolment_id == enrolment_id,
            delivery.c.step == step,
            delivery.c.status.in_((State.QUEUED, State.SENDING)),
        )
        .limit(1)
    )
    return found is not None


async def question_leaving(tx: AsyncConnection, enrolment_id: int) -> bool:
    """Whether a question to a person is being sent this moment."""
    found = await tx.scalar(
        sa.select(delivery.c.id)
        .where(
            delivery.c.enrolment_id == enrolment_id,
            delivery.c.status == State.SENDING,
            delivery.c.item > STEP_ITEM,
        )
        .limit(1)
    )
    return found is not None


async def offers(
    tx: AsyncConnection, enrolment_ids: Sequence[int], keys: Sequence[str]
) -> dict[int, list[Offer]]:
    """By enrolment, the offers of these branches that were ever queued."""
    rows = await tx.execute(
        sa.select(
            delivery.c.enrolment_id,
            delivery.c.step,
            delivery.c.item,
            delivery.c.due_at,
            delivery.c.status,
        ).where(
            delivery.c.enrolment_id.in_(enrolment_ids),
            delivery.c.step.in_(keys),
            delivery.c.item < STEP_ITEM,
        )
    )
    found: dict[int, list[Offer]] = {}
    for enrolment_id, branch, item, due_at, status in rows:
        found.setdefault(enrolment_id, []).append(Offer(branch, item, due_at, State(status)))
    return found


async def left_before(tx: AsyncConnection, enrolment_ids: Sequence[int]) -> set[int]:
    """Those of these enrolments whose next step has left before."""
    return set(await tx.scalars(_LEFT_BEFORE, {"ids": one_value(enrolment_ids)}))


_LEFT_BEFORE = (
    sa.select(enrolment.c.id)
    .join(
        delivery,
        sa.and_(
            delivery.c.enrolment_id == enrolment.c.id, delivery.c.step == enrolment.c.next_step
        ),
    )
    .where(
        among(enrolment.c.id),
        delivery.c.status.in_((State.SENT, State.FAILED, State.UNCERTAIN)),
    )
)


async def settled(tx: AsyncConnection, steps: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (enrolment, step) pairs have left before."""
    if not steps:
        return set()
    rows = await tx.execute(
        sa.select(delivery.c.enrolment_id, delivery.c.step)
        .where(
            delivery.c.enrolment_id.in_([enrolment_id for enrolment_id, _ in steps]),
            delivery.c.status.in_((State.SENT, State.FAILED, State.UNCERTAIN)),
        )
        .distinct()
    )
    return {(row.enrolment_id, row.step) for row in rows} & set(steps)


async def close_soon(tx: AsyncConnection, enrolment_id: int, now: datetime) -> None:
    """Let a person's open polls be closed at the next turn."""
    await tx.execute(
        sa.update(delivery)
        .where(delivery.c.enrolment_id == enrolment_id, delivery.c.close_at.is_not(None))
        .values(close_at=now)
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """A question or an offer that is to be looked at; `answered` counts an answer taken back."""

    delivery: Delivery
    sent_at: datetime
    answered: bool


async def to_look_at(tx: AsyncConnection, now: datetime, limit: int) -> list[Watched]:
    """Questions and offers whose moment has come, the first ones first; their people are locked."""
    rows = await tx.execute(_TO_LOOK_AT, {"now": now, "limit": limit})
    return [
        Watched(_delivery(row[:-2]), row[-2], bool(row[-1])) for row in (tuple(r) for r in rows)
    ]


_TO_LOOK_AT = (
    sa.select(
        *COLUMNS,
        sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at, type_=delivery.c.due_at.type),
        sa.exists().where(answer.c.delivery_id == delivery.c.id),
    )
    .select_from(_everything())
    .where(delivery.c.close_at <= sa.bindparam("now"))
    .order_by(delivery.c.close_at)
    .limit(sa.bindparam("limit"))
    .with_for_update(of=LOCKED, skip_locked=True)
)


async def look_again(tx: AsyncConnection, moments: Sequence[tuple[int, datetime | None]]) -> None:
    """When to look at these deliveries again; None for no more."""
    rows = [{"b_id": id_, "b_at": millis(at)} for id_, at in moments]
    await execute_many(tx, _LOOK_AGAIN, rows)


_LOOK_AGAIN = (
    sa.update(delivery)
    .where(delivery.c.id == sa.bindparam("b_id"))
    .values(close_at=sa.bindparam("b_at"))
)


async def closed(tx: AsyncConnection, ids: Sequence[int]) -> set[int]:
    """These polls are closed at Telegram; gives those that weren't known to be."""
    if not ids:
        return set()
    statement = (
        sa.update(delivery)
        .where(delivery.c.id.in_(ids), delivery.c.close_at.is_not(None))
        .values(close_at=None)
        .returning(delivery.c.id)
    )
    return set(await tx.scalars(statement))


async def check_ins_asked(
    tx: AsyncConnection, enrolment_ids: Sequence[int]
) -> dict[int, list[tuple[bool, bool]]]:
    """By enrolment, of each check-in that was asked, in order: answered? still open?"""
    rows = await tx.execute(
        sa.select(
            delivery.c.enrolment_id,
            sa.exists().where(answer.c.delivery_id == delivery.c.id),
            delivery.c.close_at.is_not(None),
        )
        .where(
            delivery.c.enrolment_id.in_(enrolment_ids),
            delivery.c.item == STEP_ITEM + 1,
            delivery.c.status == State.SENT,
        )
        .order_by(delivery.c.id)
    )
    found: dict[int, list[tuple[bool, bool]]] = {id_: [] for id_ in enrolment_ids}
    for id_, answered, open_ in rows:
        found[id_].append((bool(answered), bool(open_)))
    return found


async def cancel_reminders(tx: AsyncConnection, asked: Sequence[tuple[int, str]]) -> None:
    """Withdraw the reminders of check-ins, each given as enrolment and step, that are answered."""
    if not asked:
        return
    await tx.execute(
        sa.update(delivery)
        .where(
            delivery.c.enrolment_id.in_([id_ for id_, _ in asked]),
            delivery.c.step.in_({step for _, step in asked}),
            delivery.c.item == REMINDER,
            delivery.c.status == State.QUEUED,
        )
        .values(status=State.CANCELLED, reason="answered")
    )


async def listed(tx: AsyncConnection, statuses: Sequence[State]) -> list[Delivery]:
    """All deliveries in these statuses, the oldest first."""
    query = (
        sa.select(*COLUMNS)
        .select_from(_everything())
        .where(delivery.c.status.in_(statuses))
        .order_by(delivery.c.id)
    )
    return [_delivery(row) for row in await tx.execute(query)]


async def sent_steps(tx: AsyncConnection, enrolment_id: int) -> list[str]:
    """The keys of the steps that reached (or may have reached) a person, in order."""
    result = await tx.scalars(
        sa.select(delivery.c.step)
        .where(
            delivery.c.enrolment_id == enrolment_id,
            delivery.c.status.in_((State.SENT, State.UNCERTAIN)),
            delivery.c.item == STEP_ITEM,
        )
        .order_by(delivery.c.id)
    )
    return list(result)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery that arrived: its message, and whether it answered the person's own act."""

    step: str
    item: int
    message_id: int
    sent_at: datetime
    answered: bool


async def arrived(tx: AsyncConnection, enrolment_id: int) -> list[Arrived]:
    """What arrived of a person's series, in order; without reminders and offers."""
    rows = await tx.execute(
        sa.select(
            delivery.c.step,
            delivery.c.item,
            delivery.c.message_id,
            delivery.c.sent_at,
            delivery.c.send_before,
        )
        .where(
            delivery.c.enrolment_id == enrolment_id,
            delivery.c.status == State.SENT,
            delivery.c.item >= STEP_ITEM,
        )
        .order_by(delivery.c.sent_at, delivery.c.id)
    )
    return [Arrived(*row[:4], answered=row.send_before is None) for row in rows]


async def next_due_at(tx: AsyncConnection) -> datetime | None:
    """When the next queued delivery is due."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type)).where(
            delivery.c.status == State.QUEUED
        )
    )
    return moment


async def next_queued(tx: AsyncConnection, enrolment_id: int) -> datetime | None:
    """When a person's queued delivery is due."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type)).where(
            delivery.c.enrolment_id == enrolment_id, delivery.c.status == State.QUEUED
        )
    )
    return moment
