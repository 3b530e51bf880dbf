"""What a person has got, what is on its way to them, and what they were offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.deliveries import (
    COLUMNS,
    LEFT,
    STEP_ITEM,
    Delivery,
    Offer,
    State,
    delivery_of,
    with_people,
)
from bot.store.many import among, one_value
from bot.store.tables import answer, delivery


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


async def anything_leaving(tx: AsyncConnection, enrolment_id: int) -> bool:
    """Whether anything to a person is being sent this moment."""
    return await tx.scalar(_LEAVING, {"this": enrolment_id}) is not None


_LEAVING = (
    sa.select(delivery.c.id)
    .where(delivery.c.enrolment_id == sa.bindparam("this"), delivery.c.status == State.SENDING)
    .limit(1)
)


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


async def settled(tx: AsyncConnection, steps: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (enrolment, step) pairs have left before."""
    if not steps:
        return set()
    rows = await tx.execute(
        sa.select(delivery.c.enrolment_id, delivery.c.step)
        .where(
            delivery.c.enrolment_id.in_([enrolment_id for enrolment_id, _ in steps]),
            delivery.c.status.in_(LEFT),
        )
        .distinct()
    )
    return {(row.enrolment_id, row.step) for row in rows} & set(steps)


async def check_ins_asked(
    tx: AsyncConnection, enrolment_ids: Sequence[int]
) -> dict[int, list[tuple[bool, bool]]]:
    """By enrolment, of each check-in that was asked, in order: answered? still open?"""
    rows = await tx.execute(_CHECK_INS_ASKED, {"ids": one_value(enrolment_ids)})
    found: dict[int, list[tuple[bool, bool]]] = {id_: [] for id_ in enrolment_ids}
    for id_, answered, open_ in rows:
        found[id_].append((bool(answered), bool(open_)))
    return found


_CHECK_INS_ASKED = (
    sa.select(
        delivery.c.enrolment_id,
        sa.exists().where(answer.c.delivery_id == delivery.c.id),
        delivery.c.close_at.is_not(None),
    )
    .where(
        among(delivery.c.enrolment_id),
        delivery.c.item == STEP_ITEM + 1,
        delivery.c.status == State.SENT,
    )
    .order_by(delivery.c.id)
)


async def listed(tx: AsyncConnection, statuses: Sequence[State]) -> list[Delivery]:
    """All deliveries in these statuses, the oldest first."""
    query = (
        sa.select(*COLUMNS)
        .select_from(with_people())
        .where(delivery.c.status.in_(statuses))
        .order_by(delivery.c.id)
    )
    return [delivery_of(row) for row in await tx.execute(query)]


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


async def next_queued(tx: AsyncConnection, enrolment_id: int) -> datetime | None:
    """When a person's queued delivery is due."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type)).where(
            delivery.c.enrolment_id == enrolment_id, delivery.c.status == State.QUEUED
        )
    )
    return moment
