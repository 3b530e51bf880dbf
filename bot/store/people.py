"""Subscribers, and what it takes to erase them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedule import Slot
from bot.domain.subscriber import CheckIns, Person, Status
from bot.store.inbox import ANSWERING, HANDLED, URGENT
from bot.store.many import among, one_value
from bot.store.records import LOCKED, PERSON, joined, person_of
from bot.store.tables import delivery, enrolment, inbox, meta, subscriber, vote
from bot.store.upsert import insert

SEEN_EVERY = timedelta(days=1)


async def find(
    tx: AsyncConnection, ref: bytes, campaign: str, *, lock: bool = True
) -> Person | None:
    """The person behind a chat reference with their latest round of the campaign.

    `lock` keeps others from moving the person before this transaction ends.
    """
    row = (await tx.execute(_FIND[lock], {"ref": ref, "in_campaign": campaign})).first()
    return person_of(row) if row else None


_LOOK = (
    sa.select(*PERSON)
    .select_from(joined())
    .where(
        subscriber.c.chat_ref == sa.bindparam("ref"),
        enrolment.c.campaign == sa.bindparam("in_campaign"),
    )
    .order_by(enrolment.c.round.desc())
    .limit(1)
)

_FIND = {False: _LOOK, True: _LOOK.with_for_update(of=LOCKED)}
"""Built once: that costs more than to execute them."""


async def id_by_pseudonym(tx: AsyncConnection, pseudonym: str) -> int | None:
    """The subscriber with a pseudonym."""
    found: int | None = await tx.scalar(
        sa.select(subscriber.c.id).where(subscriber.c.pseudonym == pseudonym)
    )
    return found


async def id_of(tx: AsyncConnection, ref: bytes) -> int | None:
    """The subscriber behind a chat reference, in whichever campaign."""
    found: int | None = await tx.scalar(
        sa.select(subscriber.c.id).where(subscriber.c.chat_ref == ref)
    )
    return found


async def add(
    tx: AsyncConnection,
    ref: bytes,
    *,
    pseudonym: str,
    language: str,
    zone: str,
    slot: Slot,
    source: str,
    now: datetime,
) -> int:
    """A new subscriber's id. Someone already there keeps their row (and settings).

    No index makes sure that a `pseudonym` is one person's alone: it is to be long and random.

    The row is locked, so that two who add the same person come one after the other.
    """
    await tx.execute(
        _add(tx.dialect),
        {
            "pseudonym": pseudonym,
            "chat_ref": ref,
            "language": language,
            "zone": zone,
            "weekday": slot.weekday,
            "part": slot.part,
            "pace": 1,
            "check_ins": CheckIns.UNASKED,
            "source": source,
            "created_at": now,
            "seen_at": now,
        },
    )
    return int((await tx.execute(_ADDED, {"ref": ref})).scalar_one())


@cache
def _add(dialect: Dialect) -> Any:
    return insert(dialect, subscriber).on_conflict_do_nothing(index_elements=["chat_ref"])


_ADDED = (
    sa.select(subscriber.c.id).where(subscriber.c.chat_ref == sa.bindparam("ref")).with_for_update()
)


async def change(tx: AsyncConnection, subscriber_id: int, **values: Any) -> None:
    """Change a subscriber's choices."""
    await tx.execute(sa.update(subscriber).where(subscriber.c.id == subscriber_id).values(**values))


async def see(tx: AsyncConnection, refs: Sequence[bytes], now: datetime) -> None:
    """Remember that these were here, at most once a day: erasure counts from the last sign."""
    await tx.execute(_SEE, {"refs": list(refs), "now": now, "before": now - SEEN_EVERY})


_SEE = (
    sa.update(subscriber)
    .where(
        subscriber.c.chat_ref.in_(sa.bindparam("refs", expanding=True)),
        subscriber.c.seen_at < sa.bindparam("before"),
    )
    .values(seen_at=sa.bindparam("now"))
)


async def by_enrolment(tx: AsyncConnection, ids: Sequence[int]) -> list[Person]:
    """The people of these enrolments, locked for this transaction."""
    if not ids:
        return []
    return [person_of(row) for row in await tx.execute(_BY_ENROLMENT, {"ids": one_value(ids)})]


_BY_ENROLMENT = (
    sa.select(*PERSON)
    .select_from(joined())
    .where(among(enrolment.c.id))
    .order_by(enrolment.c.id)
    .with_for_update(of=LOCKED)
)


async def hold(tx: AsyncConnection, subscriber_ids: Sequence[int]) -> None:
    """Keep others from changing these people, or anything of theirs, before this transaction ends;
    waits for those who do so now."""
    await tx.execute(_HOLD, {"ids": one_value(subscriber_ids)})


_HOLD = (
    sa.select(subscriber.c.id)
    .where(among(subscriber.c.id))
    .order_by(subscriber.c.id)
    .with_for_update()
)


async def erase(tx: AsyncConnection, subscriber_id: int) -> None:
    """Erase a person and everything of theirs (the foreign keys cascade); only a count remains."""
    # First of all, or what is being written of them at the moment would stay.
    await hold(tx, [subscriber_id])
    ref = sa.select(subscriber.c.chat_ref).where(subscriber.c.id == subscriber_id)
    await tx.execute(sa.delete(vote).where(vote.c.chat_ref == ref.scalar_subquery()))
    unsaid = inbox.c.person == ref.scalar_subquery(), inbox.c.state.in_((ANSWERING, URGENT))
    await tx.execute(sa.update(inbox).where(*unsaid).values(HANDLED))
    await tx.execute(sa.delete(subscriber).where(subscriber.c.id == subscriber_id))
    adding = insert(tx.dialect, meta).values(key="erased", value="1")
    more = sa.cast(sa.cast(meta.c.value, sa.Integer) + 1, sa.Text)
    await tx.execute(adding.on_conflict_do_update(index_elements=["key"], set_={"value": more}))


async def long_gone(tx: AsyncConnection, before: datetime, limit: int) -> Sequence[int]:
    """Up to `limit` subscribers without a running series, last seen and last written to before an
    instant; the first ones first.

    An index leads to the rounds that ended before it, so that this costs nothing for those who
    are still on their way.
    """
    running = sa.exists().where(
        enrolment.c.subscriber_id == subscriber.c.id,
        enrolment.c.status.in_((Status.ACTIVE, Status.PAUSED)),
    )
    recent = sa.exists().where(
        enrolment.c.subscriber_id == subscriber.c.id,
        sa.or_(enrolment.c.ended_at >= before, enrolment.c.last_step_at >= before),
    )
    ended = sa.select(enrolment.c.subscriber_id).where(enrolment.c.ended_at < before)
    result = await tx.scalars(
        sa.select(subscriber.c.id)
        .where(subscriber.c.id.in_(ended), subscriber.c.seen_at < before, ~running, ~recent)
        .order_by(subscriber.c.id)
        .limit(limit)
    )
    return result.all()


async def moments(tx: AsyncConnection, enrolment_id: int) -> Mapping[str, datetime | None]:
    """When a person was added and last seen, and when this round of theirs ended."""
    query = (
        sa.select(subscriber.c.created_at, subscriber.c.seen_at, enrolment.c.ended_at)
        .select_from(joined())
        .where(enrolment.c.id == enrolment_id)
    )
    return dict((await tx.execute(query)).mappings().one())


async def deliveries_of(tx: AsyncConnection, subscriber_id: int) -> Sequence[Any]:
    """Everything ever planned for a person: step, item, status, due_at, sent_at."""
    return (
        (
            await tx.execute(
                sa.select(
                    delivery.c.id,
                    delivery.c.step,
                    delivery.c.item,
                    delivery.c.status,
                    delivery.c.due_at,
                    delivery.c.sent_at,
                    enrolment.c.round,
                )
                .join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
                .where(enrolment.c.subscriber_id == subscriber_id)
                .order_by(delivery.c.id)
            )
        )
        .mappings()
        .all()
    )
