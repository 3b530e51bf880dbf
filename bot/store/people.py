"""Subscribers, their consents and their enrolments."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedule import Slot
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status
from bot.store.inbox import ANSWERING, HANDLED, URGENT
from bot.store.many import among, execute_many, one_value
from bot.store.records import PERSON, joined, person_of
from bot.store.tables import (
    consent,
    delivery,
    enrolment,
    inbox,
    meta,
    millis,
    subscriber,
    vote,
    wording,
)

SEEN_EVERY = timedelta(days=1)

LOCKED = (subscriber, enrolment)
"""What is locked of a person, in this order everywhere, so that no two transactions wait for each
other. Both, since what is read of a row without a lock may be older than the lock."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The exact words that someone said yes to."""

    scope: str
    version: int
    language: str
    text: str

    @property
    def hash(self) -> str:
        """What scope, language and text are known by: 48 bits of their SHA-256, in base64.

        Short, since every consent carries it.
        """
        digest = hashlib.sha256(f"{self.scope}\n{self.language}\n{self.text}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:6]).decode()


def _dialect(tx: AsyncConnection) -> Any:
    return postgresql if tx.dialect.name == "postgresql" else sqlite


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
        _dialect(tx)
        .insert(subscriber)
        .values(
            pseudonym=pseudonym,
            chat_ref=ref,
            language=language,
            zone=zone,
            weekday=slot.weekday,
            part=slot.part,
            pace=1,
            check_ins=CheckIns.UNASKED,
            source=source,
            created_at=now,
            seen_at=now,
        )
        .on_conflict_do_nothing(index_elements=["chat_ref"])
    )
    query = sa.select(subscriber.c.id).where(subscriber.c.chat_ref == ref).with_for_update()
    return int((await tx.execute(query)).scalar_one())


async def record_consent(
    tx: AsyncConnection, subscriber_id: int, words: Wording, act: str, now: datetime
) -> None:
    """One row of the consent record: `act` is 'given' or 'withdrawn', with the exact wording."""
    await tx.execute(
        _dialect(tx)
        .insert(wording)
        .values(
            hash=words.hash,
            scope=words.scope,
            version=words.version,
            language=words.language,
            text=words.text,
        )
        .on_conflict_do_nothing(index_elements=["hash"])
    )
    await tx.execute(
        sa.insert(consent).values(
            subscriber_id=subscriber_id,
            scope=words.scope,
            act=act,
            wording_hash=words.hash,
            at=now,
        )
    )


async def withdraw_consents(tx: AsyncConnection, subscriber_id: int, now: datetime) -> None:
    """Withdraw every consent that still stands, each under the wording it was given to."""
    rows = await tx.execute(
        sa.select(consent.c.scope, consent.c.act, consent.c.wording_hash)
        .where(consent.c.subscriber_id == subscriber_id)
        .order_by(consent.c.id)
    )
    standing = {row.scope: row for row in rows}
    for row in standing.values():
        if row.act == "given":
            await tx.execute(
                sa.insert(consent).values(
                    subscriber_id=subscriber_id,
                    scope=row.scope,
                    act="withdrawn",
                    wording_hash=row.wording_hash,
                    at=now,
                )
            )


async def withdraw_consent(
    tx: AsyncConnection, subscriber_id: int, scope: str, now: datetime
) -> None:
    """Withdraw the consent of one scope, if it stands."""
    row = (
        await tx.execute(
            sa.select(consent.c.act, consent.c.wording_hash)
            .where(consent.c.subscriber_id == subscriber_id, consent.c.scope == scope)
            .order_by(consent.c.id.desc())
            .limit(1)
        )
    ).first()
    if row is not None and row.act == "given":
        await tx.execute(
            sa.insert(consent).values(
                subscriber_id=subscriber_id,
                scope=scope,
                act="withdrawn",
                wording_hash=row.wording_hash,
                at=now,
            )
        )


async def consented(tx: AsyncConnection, subscriber_id: int, scope: str) -> bool:
    """Whether a person's consent of this scope stands."""
    act = await tx.scalar(
        sa.select(consent.c.act)
        .where(consent.c.subscriber_id == subscriber_id, consent.c.scope == scope)
        .order_by(consent.c.id.desc())
        .limit(1)
    )
    return bool(act == "given")


async def consents(tx: AsyncConnection, subscriber_id: int) -> Sequence[Any]:
    """The consent record of a person: scope, act, at, version, language, text."""
    return (
        (
            await tx.execute(
                sa.select(
                    consent.c.scope,
                    consent.c.act,
                    consent.c.at,
                    wording.c.version,
                    wording.c.language,
                    wording.c.text,
                    wording.c.hash,
                )
                .join(wording, wording.c.hash == consent.c.wording_hash)
                .where(consent.c.subscriber_id == subscriber_id)
                .order_by(consent.c.id)
            )
        )
        .mappings()
        .all()
    )


async def enrol(
    tx: AsyncConnection,
    subscriber_id: int,
    campaign: str,
    *,
    round_: int,
    first_step: str,
    now: datetime,
) -> int:
    """A new enrolment's id; its first step is already queued by the caller, so nothing is due."""
    result = await tx.execute(
        sa.insert(enrolment)
        .values(
            subscriber_id=subscriber_id,
            campaign=campaign,
            round=round_,
            status=Status.ACTIVE,
            next_step=first_step,
            started_at=now,
        )
        .returning(enrolment.c.id)
    )
    return int(result.scalar_one())


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
    """An enrolment whose next step is due, with what it takes to queue it."""

    enrolment_id: int
    step: str | None
    check_ins: CheckIns


async def due(tx: AsyncConnection, now: datetime, campaign: str, limit: int) -> list[int]:
    """Up to `limit` enrolments whose next step is due, the longest due first."""
    rows = await tx.scalars(_DUE, {"by": now, "in_campaign": campaign, "most": limit})
    return list(rows)


_due = (
    enrolment.c.next_due_at <= sa.bindparam("by"),
    enrolment.c.campaign == sa.bindparam("in_campaign"),
)
_DUE = (
    sa.select(enrolment.c.id)
    .where(*_due)
    .order_by(enrolment.c.next_due_at)
    .limit(sa.bindparam("most"))
)


async def claim_due(
    tx: AsyncConnection, now: datetime, campaign: str, ids: Sequence[int]
) -> list[Due]:
    """Those of these enrolments whose next step is due (still), by id.

    They are locked for this transaction; what another one holds is passed over.
    """
    given = {"by": now, "in_campaign": campaign, "ids": one_value(ids)}
    rows = await tx.execute(_CLAIM_DUE, given)
    return [Due(id_, step, CheckIns(check_ins)) for id_, step, check_ins in rows]


_CLAIM_DUE = (
    sa.select(enrolment.c.id, enrolment.c.next_step, subscriber.c.check_ins)
    .select_from(joined())
    .where(among(enrolment.c.id), *_due)
    .order_by(enrolment.c.id)
    .with_for_update(of=LOCKED, skip_locked=True)
)


async def by_enrolment(tx: AsyncConnection, ids: Sequence[int]) -> list[Person]:
    """The people of these enrolments, locked for this transaction."""
    if not ids:
        return []
    query = (
        sa.select(*PERSON)
        .select_from(joined())
        .where(enrolment.c.id.in_(ids))
        .order_by(enrolment.c.id)
        .with_for_update(of=LOCKED)
    )
    return [person_of(row) for row in await tx.execute(query)]


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


async def erase(tx: AsyncConnection, subscriber_id: int) -> None:
    """Erase a person and everything of theirs (the foreign keys cascade); only a count remains."""
    ref = sa.select(subscriber.c.chat_ref).where(subscriber.c.id == subscriber_id)
    await tx.execute(sa.delete(vote).where(vote.c.chat_ref == ref.scalar_subquery()))
    unsaid = inbox.c.person == ref.scalar_subquery(), inbox.c.state.in_((ANSWERING, URGENT))
    await tx.execute(sa.update(inbox).where(*unsaid).values(HANDLED))
    await tx.execute(sa.delete(subscriber).where(subscriber.c.id == subscriber_id))
    insert = _dialect(tx).insert(meta).values(key="erased", value="1")
    more = sa.cast(sa.cast(meta.c.value, sa.Integer) + 1, sa.Text)
    await tx.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": more}))


async def long_gone(tx: AsyncConnection, before: datetime) -> Sequence[int]:
    """Subscribers without a running series, last seen and last written to before an instant.

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
        sa.select(subscriber.c.id).where(
            subscriber.c.id.in_(ended), subscriber.c.seen_at < before, ~running, ~recent
        )
    )
    return result.all()


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
