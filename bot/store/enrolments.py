"""Enrolments: a person's rounds of a campaign, and whose next step is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscriber import CheckIns, Enrolment, Person, Status
from bot.store.deliveries import LEFT
from bot.store.many import among, execute_many, one_value
from bot.store.records import LOCKED, joined
from bot.store.tables import delivery, enrolment, millis, subscriber


async def add(
    tx: AsyncConnection,
    subscriber_id: int,
    campaign: str,
    *,
    round_: int,
    first_step: str,
    now: datetime,
) -> int:
    """A new enrolment's id; its first step is already queued by the caller, so nothing is due."""
    given = {
        "subscriber_id": subscriber_id,
        "campaign": campaign,
        "round": round_,
        "status": Status.ACTIVE,
        "next_step": first_step,
        "started_at": now,
    }
    return int((await tx.execute(_ADD, given)).scalar_one())


_ADD = sa.insert(enrolment).returning(enrolment.c.id)


async def move(tx: AsyncConnection, enrolments: Sequence[Enrolment]) -> None:
    """Write where these enrolments stand now."""
    await execute_many(tx, _MOVE, [_moved(item) for item in enrolments])


async def hold(tx: AsyncConnection, enrolment_ids: Sequence[int]) -> None:
    """Keep others from moving the people of these enrolments before this transaction ends."""
    await tx.execute(_HOLD, {"ids": one_value(enrolment_ids)})


# In the order of `by_enrolment`, so that no two transactions wait for each other.


_HOLD = (
    sa.select(subscriber.c.id)
    .select_from(joined())
    .where(among(enrolment.c.id))
    .order_by(enrolment.c.id)
    .with_for_update(of=subscriber)
)


async def move_as_read(tx: AsyncConnection, moves: Sequence[tuple[Person, Enrolment]]) -> bool:
    """Write where these people stand now, who were read outside this transaction and are held.

    False where one of them has changed since in what decides about it: then roll back, and read
    them anew.
    """
    rows = [_moved(onward) | _as_read(person) for person, onward in moves]
    return await execute_many(tx, _MOVE_AS_READ, rows) == len(rows)


_MOVE = (
    sa.update(enrolment)
    .where(enrolment.c.id == sa.bindparam("b_id"))
    .values(
        {
            name: sa.bindparam(f"b_{name}")
            for name in (
                "status",
                "next_step",
                "last_step",
                "last_tip",
                "last_step_at",
                "last_tip_at",
                "contacts",
                "next_due_at",
                "paused_until",
            )
        }
    )
)


_MOVE_AS_READ = _MOVE.where(
    enrolment.c.status == sa.bindparam("r_status"),
    enrolment.c.next_step == sa.bindparam("r_next_step"),
    enrolment.c.last_step_at.is_not_distinct_from(sa.bindparam("r_last_step_at")),
    sa.exists().where(
        subscriber.c.id == enrolment.c.subscriber_id,
        *(
            subscriber.c[name] == sa.bindparam(f"r_{name}")
            for name in ("zone", "weekday", "part", "pace", "check_ins")
        ),
    ),
)


def _as_read(person: Person) -> dict[str, Any]:
    """What decides where someone stands after a step."""
    subscriber, enrolment = person.subscriber, person.enrolment
    return {
        "r_status": enrolment.status.value,
        "r_next_step": enrolment.next_step,
        "r_last_step_at": millis(enrolment.place.last_step_at),
        "r_zone": subscriber.zone,
        "r_weekday": subscriber.slot.weekday,
        "r_part": subscriber.slot.part.value,
        "r_pace": subscriber.pace,
        "r_check_ins": subscriber.check_ins.value,
    }


def _moved(item: Enrolment) -> dict[str, Any]:
    return {
        "b_id": item.id,
        "b_status": item.status.value,
        "b_next_step": item.next_step,
        "b_last_step": item.last_step,
        "b_last_tip": item.place.last_tip,
        "b_last_step_at": millis(item.place.last_step_at),
        "b_last_tip_at": millis(item.place.last_tip_at),
        "b_contacts": item.place.contacts,
        "b_next_due_at": millis(item.next_due_at),
        "b_paused_until": millis(item.paused_until),
    }


async def end(tx: AsyncConnection, enrolment_id: int, now: datetime | None) -> None:
    """Remember when an enrolment ended (None: it goes on after all)."""
    await tx.execute(
        sa.update(enrolment).where(enrolment.c.id == enrolment_id).values(ended_at=now)
    )


@dataclass(frozen=True, slots=True)
class Due:
    """An enrolment whose next step is due, with what it takes to queue it; `left_before` says that
    this step has left before."""

    enrolment_id: int
    step: str | None
    check_ins: CheckIns
    left_before: bool


async def due(tx: AsyncConnection, now: datetime, campaign: str, limit: int) -> list[int]:
    """Up to `limit` enrolments whose next step is due, the longest due first."""
    rows = await tx.scalars(_DUE, {"by": now, "in_campaign": campaign, "most": limit})
    return list(rows)


_is_due = enrolment.c.next_due_at <= sa.bindparam("by")

_DUE = (
    sa.select(enrolment.c.id)
    .where(enrolment.c.campaign == sa.bindparam("in_campaign"), _is_due)
    .order_by(enrolment.c.next_due_at)
    .limit(sa.bindparam("most"))
)


async def claim_due(tx: AsyncConnection, now: datetime, ids: Sequence[int]) -> list[Due]:
    """Those of these enrolments whose next step is due (still), by id.

    They are locked for this transaction; what another one holds is passed over.
    """
    rows = await tx.execute(_CLAIM_DUE, {"by": now, "ids": one_value(ids)})
    return [Due(id_, step, CheckIns(check_ins), bool(left)) for id_, step, check_ins, left in rows]


_left_before = sa.exists().where(
    delivery.c.enrolment_id == enrolment.c.id,
    delivery.c.step == enrolment.c.next_step,
    delivery.c.status.in_(LEFT),
)

# Without the campaign, or SQLite would go through all who are due in it for each set of ids.
_CLAIM_DUE = (
    sa.select(enrolment.c.id, enrolment.c.next_step, subscriber.c.check_ins, _left_before)
    .select_from(joined())
    .where(among(enrolment.c.id), _is_due)
    .order_by(enrolment.c.id)
    .with_for_update(of=LOCKED, skip_locked=True)
)


async def planned(tx: AsyncConnection, ids: Sequence[int]) -> None:
    """The next step of these enrolments is in the outbox; whoever paused is back by that."""
    await tx.execute(_PLANNED, {"ids": one_value(ids)})


_PLANNED = (
    sa.update(enrolment)
    .where(among(enrolment.c.id))
    .values(next_due_at=None, status=Status.ACTIVE, paused_until=None)
)


async def next_due_at(tx: AsyncConnection, campaign: str) -> datetime | None:
    """The next moment that anyone's step is due."""
    moment: datetime | None = await tx.scalar(
        sa.select(sa.func.min(enrolment.c.next_due_at, type_=enrolment.c.next_due_at.type)).where(
            enrolment.c.campaign == campaign, enrolment.c.next_due_at.is_not(None)
        )
    )
    return moment
