"""What the operator's figures are counted from. Every count is raw: `bot.service.figures` hides
the small ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asking import Side
from bot.domain.subscriber import CheckIns, Status
from bot.store.database import Database
from bot.store.deliveries import STEP_ITEM, State
from bot.store.inbox import ANSWERING, NEW, URGENT
from bot.store.tables import (
    answer,
    conversation,
    delivery,
    enrolment,
    inbox,
    relayed,
    subscriber,
)

FIRST_QUESTION = STEP_ITEM + 1


@asynccontextmanager
async def snapshot(db: Database) -> AsyncIterator[AsyncConnection]:
    """A reading transaction in which all counts belong to one moment, on PostgreSQL too."""
    async with db.read() as tx:
        if not db.is_sqlite:
            await tx.execution_options(isolation_level="REPEATABLE READ")
        yield tx


def _latest() -> sa.ColumnElement[bool]:
    """Whether an enrolment is its subscriber's latest round of the campaign."""
    later = enrolment.alias("later")
    return ~sa.exists().where(
        later.c.subscriber_id == enrolment.c.subscriber_id,
        later.c.campaign == enrolment.c.campaign,
        later.c.round > enrolment.c.round,
    )


async def statuses(tx: AsyncConnection) -> dict[str, int]:
    """How many enrolments stand in each status, one for each subscriber and campaign."""
    rows = await tx.execute(
        sa.select(enrolment.c.status, sa.func.count()).where(_latest()).group_by(enrolment.c.status)
    )
    return {row[0]: row[1] for row in rows}


async def enrolled_since(tx: AsyncConnection, since: datetime) -> int:
    """How many subscribers came since an instant."""
    query = sa.select(sa.func.count()).where(subscriber.c.created_at >= since)
    return await tx.scalar(query) or 0


async def due_before(tx: AsyncConnection, campaign: str, before: datetime) -> int:
    """How many people of a campaign have their next step due before an instant."""
    query = sa.select(sa.func.count()).where(
        enrolment.c.campaign == campaign, enrolment.c.next_due_at < before
    )
    return await tx.scalar(query) or 0


async def slots(tx: AsyncConnection, campaign: str) -> Sequence[Any]:
    """How many active people of a campaign share a rhythm: weekday, part, zone, pace, check_ins,
    count.
    """
    group = (
        subscriber.c.weekday,
        subscriber.c.part,
        subscriber.c.zone,
        subscriber.c.pace,
        subscriber.c.check_ins,
    )
    rows = await tx.execute(
        sa.select(*group, sa.func.count().label("count"))
        .join(enrolment, enrolment.c.subscriber_id == subscriber.c.id)
        .where(enrolment.c.campaign == campaign, enrolment.c.status == Status.ACTIVE)
        .group_by(*group)
    )
    return rows.mappings().all()


async def steps(tx: AsyncConnection) -> Sequence[Any]:
    """How many first messages of each step stand in each status: campaign, step, status, count.

    The steps come in the order in which they were first queued.
    """
    first = (
        sa.select(delivery.c.step, sa.func.min(delivery.c.id).label("id"))
        .group_by(delivery.c.step)
        .subquery()
    )
    rows = await tx.execute(
        sa.select(
            enrolment.c.campaign,
            delivery.c.step,
            delivery.c.status,
            sa.func.count().label("count"),
        )
        .join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
        .join(first, first.c.step == delivery.c.step)
        .where(delivery.c.item.between(STEP_ITEM, FIRST_QUESTION))
        .group_by(enrolment.c.campaign, delivery.c.step, delivery.c.status, first.c.id)
        .order_by(enrolment.c.campaign, first.c.id)
    )
    return rows.mappings().all()


async def questions(tx: AsyncConnection) -> Sequence[Any]:
    """How often each question was sent: campaign, step, item, sent."""
    rows = await tx.execute(
        sa.select(
            enrolment.c.campaign,
            delivery.c.step,
            delivery.c.item,
            sa.func.count().label("sent"),
        )
        .join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
        .where(delivery.c.item >= FIRST_QUESTION, delivery.c.status == State.SENT)
        .group_by(enrolment.c.campaign, delivery.c.step, delivery.c.item)
        .order_by(enrolment.c.campaign, sa.func.min(delivery.c.id))
    )
    return rows.mappings().all()


async def values(tx: AsyncConnection) -> Sequence[Any]:
    """How often each answer stands: campaign, step, item, question, value, count."""
    group = (
        enrolment.c.campaign,
        delivery.c.step,
        delivery.c.item,
        answer.c.question,
        answer.c.value,
    )
    rows = await tx.execute(
        sa.select(*group, sa.func.count().label("count"))
        .join(delivery, delivery.c.id == answer.c.delivery_id)
        .join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
        .where(answer.c.value.is_not(None))
        .group_by(*group)
    )
    return rows.mappings().all()


STAGES = ("subscribed", "reached", "check_ins", "answered", "finished", "left")
"""How far subscribers came, in the columns of `funnel`."""


async def funnel(tx: AsyncConnection) -> Sequence[Any]:
    """For each source how many subscribers came how far: source and the `STAGES`."""

    def theirs(condition: sa.ColumnElement[bool], *also: sa.Table) -> sa.ColumnElement[bool]:
        source: sa.FromClause = enrolment
        if delivery in also:
            source = source.join(delivery, delivery.c.enrolment_id == enrolment.c.id)
        if answer in also:
            source = source.join(answer, answer.c.delivery_id == delivery.c.id)
        query = sa.select(sa.literal(1)).select_from(source)
        return (
            query.where(enrolment.c.subscriber_id == subscriber.c.id, condition)
            .correlate(subscriber)
            .exists()
        )

    stages = (
        sa.true(),
        theirs(delivery.c.status == State.SENT, delivery),
        subscriber.c.check_ins == CheckIns.YES,
        theirs(answer.c.value.is_not(None), delivery, answer),
        theirs(enrolment.c.status == Status.FINISHED),
        theirs(sa.and_(enrolment.c.status == Status.LEFT, _latest())),
    )
    counts = (
        sa.func.sum(sa.case((stage, 1), else_=0)).label(name)
        for name, stage in zip(STAGES, stages, strict=True)
    )
    rows = await tx.execute(
        sa.select(subscriber.c.source, *counts)
        .group_by(subscriber.c.source)
        .order_by(subscriber.c.source)
    )
    return rows.mappings().all()


async def asked(tx: AsyncConnection) -> dict[str, int]:
    """How many messages went to the staff and came from it, and how many conversations are open."""
    rows = await tx.execute(sa.select(relayed.c.side, sa.func.count()).group_by(relayed.c.side))
    sides = {row[0]: row[1] for row in rows}
    standing = conversation.c.ended.is_(None), conversation.c.subscriber_id.is_not(None)
    open_ = await tx.scalar(sa.select(sa.func.count()).select_from(conversation).where(*standing))
    return {
        "asked": sides.get(Side.PERSON, 0),
        "answered": sides.get(Side.STAFF, 0),
        "open": open_ or 0,
    }


async def in_doubt(tx: AsyncConnection) -> dict[str, int]:
    """How many deliveries of any kind are uncertain and how many failed."""
    wanted = (State.UNCERTAIN, State.FAILED)
    rows = await tx.execute(
        sa.select(delivery.c.status, sa.func.count())
        .where(delivery.c.status.in_(wanted))
        .group_by(delivery.c.status)
    )
    found = {row[0]: row[1] for row in rows}
    return {status.value: found.get(status, 0) for status in wanted}


async def outcomes(tx: AsyncConnection) -> Sequence[Any]:
    """How many deliveries stand in each status: status, count."""
    return (
        await tx.execute(
            sa.select(delivery.c.status, sa.func.count().label("count")).group_by(delivery.c.status)
        )
    ).all()


async def lateness(tx: AsyncConnection) -> Sequence[Any]:
    """How many deliveries left so many whole minutes after they were due: minutes, count."""
    late = sa.type_coerce(delivery.c.sent_at, sa.BigInteger) - sa.type_coerce(
        delivery.c.due_at, sa.BigInteger
    )
    minutes = (late / (60 * 1000)).label("minutes")
    return (
        await tx.execute(
            sa.select(sa.cast(minutes, sa.Integer).label("minutes"), sa.func.count().label("count"))
            .where(delivery.c.status == State.SENT)
            .group_by(sa.cast(minutes, sa.Integer))
        )
    ).all()


async def waiting(tx: AsyncConnection) -> tuple[dict[str, int], datetime | None]:
    """How many updates wait in each state of those that wait, and since when the oldest does."""
    oldest = sa.func.min(inbox.c.received_at, type_=inbox.c.received_at.type)
    states = (NEW, ANSWERING, URGENT)
    rows = await tx.execute(
        sa.select(inbox.c.state, sa.func.count(), oldest)
        .where(inbox.c.state.in_(states))
        .group_by(inbox.c.state)
    )
    found = {state: (count, since) for state, count, since in rows}
    counts = {state: found[state][0] if state in found else 0 for state in states}
    return counts, min((since for _, since in found.values()), default=None)


async def inbox_errors(tx: AsyncConnection) -> dict[str, int]:
    """How many updates were set aside with each error, the most frequent first."""
    count = sa.func.count().label("count")
    rows = await tx.execute(
        sa.select(sa.func.coalesce(inbox.c.error, "unknown"), count)
        .where(inbox.c.state == "failed")
        .group_by(inbox.c.error)
        .order_by(count.desc())
    )
    return {row[0]: row[1] for row in rows}
