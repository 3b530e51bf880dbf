"""Questions that left: whose poll it is, and what is done about it when nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.deliveries import (
    COLUMNS,
    LOCKED,
    REMINDER,
    STEP_ITEM,
    TAKEN,
    Delivery,
    State,
    delivery_of,
    with_people,
)
from bot.store.many import among, execute_many, one_value
from bot.store.tables import answer, delivery, enrolment, millis, subscriber


async def by_polls(tx: AsyncConnection, poll_ids: Sequence[str]) -> dict[str, Delivery]:
    """The deliveries that polls belong to; their people are locked for this transaction."""
    found = [delivery_of(row) for row in await tx.execute(_BY_POLLS, {"poll_ids": list(poll_ids)})]
    return {str(delivery.poll_id): delivery for delivery in found}


_BY_POLLS = (
    sa.select(*COLUMNS)
    .select_from(with_people())
    .where(delivery.c.poll_id.in_(sa.bindparam("poll_ids", expanding=True)))
    .order_by(enrolment.c.id)
    .with_for_update(of=LOCKED)
)


async def unproved_polls(tx: AsyncConnection, ref: bytes) -> list[Delivery]:
    """A person's questions that left and of which we don't know the poll, the newest first."""
    query = (
        sa.select(*COLUMNS)
        .select_from(with_people())
        .where(
            subscriber.c.chat_ref == ref,
            # A tap on its button may have proved a question before, but told no poll.
            delivery.c.status.in_((State.UNCERTAIN, State.SENT)),
            delivery.c.item > STEP_ITEM,
            delivery.c.poll_id.is_(None),
        )
        .order_by(delivery.c.id.desc())
    )
    return [delivery_of(row) for row in await tx.execute(query)]


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


async def close_soon(
    tx: AsyncConnection, enrolment_id: int, now: datetime, *, offers: bool
) -> None:
    """Let a person's open polls be closed at the next turn; with `offers`, open offers end too."""
    what = delivery.c.enrolment_id == enrolment_id, delivery.c.close_at.is_not(None)
    asked = () if offers else (delivery.c.item > STEP_ITEM,)
    await tx.execute(sa.update(delivery).where(*what, *asked).values(close_at=now))


async def take(tx: AsyncConnection, offer_id: int) -> bool:
    """What an offer asked is decided, by a choice or by silence; False where it was before."""
    decided = await tx.execute(
        sa.update(delivery)
        .where(delivery.c.id == offer_id, delivery.c.reason.is_distinct_from(TAKEN))
        .values(reason=TAKEN, close_at=None)
    )
    return decided.rowcount == 1


@dataclass(frozen=True, slots=True)
class Watched:
    """A question or an offer that is to be looked at; `answered` counts an answer taken back."""

    delivery: Delivery
    sent_at: datetime
    answered: bool


async def to_look_at(tx: AsyncConnection, now: datetime, limit: int) -> list[Watched]:
    """Questions and offers whose moment has come, the first ones first; their people are locked."""
    rows = [tuple(row) for row in await tx.execute(_TO_LOOK_AT, {"now": now, "limit": limit})]
    found = [(delivery_of(row[:-1]), row[-1]) for row in rows]
    # After the lock: an answer may have come in while this waited for it.
    answered = set(await tx.scalars(_ANSWERED, {"ids": one_value(each.id for each, _ in found)}))
    return [Watched(each, sent_at, each.id in answered) for each, sent_at in found]


_TO_LOOK_AT = (
    sa.select(
        *COLUMNS,
        sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at, type_=delivery.c.due_at.type),
    )
    .select_from(with_people())
    .where(delivery.c.close_at <= sa.bindparam("now"))
    .order_by(delivery.c.close_at)
    .limit(sa.bindparam("limit"))
    .with_for_update(of=LOCKED, skip_locked=True)
)

_ANSWERED = sa.select(answer.c.delivery_id).where(among(answer.c.delivery_id)).distinct()


async def next_look_at(tx: AsyncConnection) -> datetime | None:
    """When the next question or offer is to be looked at."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(delivery.c.close_at, type_=delivery.c.close_at.type)).where(
            delivery.c.close_at.is_not(None)
        )
    )
    return moment


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
    return set(await tx.scalars(_CLOSED, {"ids": one_value(ids)}))


_CLOSED = (
    sa.update(delivery)
    .where(among(delivery.c.id), delivery.c.close_at.is_not(None))
    .values(close_at=None)
    .returning(delivery.c.id)
)


async def cancel_reminders(tx: AsyncConnection, asked: Sequence[tuple[int, str]]) -> None:
    """Withdraw the reminders of check-ins, each given as enrolment and step, that are answered."""
    if not asked:
        return
    given = {"ids": one_value({id_ for id_, _ in asked}), "steps": [*{step for _, step in asked}]}
    await tx.execute(_CANCEL_REMINDERS, given)


_CANCEL_REMINDERS = (
    sa.update(delivery)
    .where(
        among(delivery.c.enrolment_id),
        delivery.c.step.in_(sa.bindparam("steps", expanding=True)),
        delivery.c.item == REMINDER,
        delivery.c.status == State.QUEUED,
    )
    .values(status=State.CANCELLED, reason="answered")
)
