"""Answers to check-ins, and votes that came before their poll was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.many import among, one_value
from bot.store.tables import answer, delivery, enrolment, vote
from bot.store.upsert import insert


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: the stored value of the option, or None where it was withdrawn."""

    delivery_id: int
    step: str
    question: str
    value: str | None
    answered_at: datetime


async def put(tx: AsyncConnection, given: Sequence[tuple[int, str, str | None, datetime]]) -> None:
    """Write answers, each as delivery, question, value and instant; they replace earlier ones."""
    if not given:
        return
    await tx.execute(
        _put(tx.dialect),
        [
            {"delivery_id": delivery_id, "question": question, "value": value, "answered_at": at}
            for delivery_id, question, value, at in given
        ],
    )


@cache
def _put(dialect: Dialect) -> Any:
    adding = insert(dialect, answer)
    return adding.on_conflict_do_update(
        index_elements=["delivery_id"],
        set_={"value": adding.excluded["value"], "answered_at": adding.excluded["answered_at"]},
    )


async def of_enrolments(tx: AsyncConnection, ids: Sequence[int]) -> dict[int, list[Answer]]:
    """By enrolment, all answers ever given in the order of their questions, withdrawn ones too."""
    found: dict[int, list[Answer]] = {id_: [] for id_ in ids}
    for enrolment_id, *columns in await tx.execute(_OF_ENROLMENTS, {"ids": one_value(ids)}):
        found[enrolment_id].append(Answer(*columns))
    return found


_OF_ENROLMENTS = (
    sa.select(
        delivery.c.enrolment_id,
        delivery.c.id,
        delivery.c.step,
        answer.c.question,
        answer.c.value,
        answer.c.answered_at,
    )
    .join(answer, delivery.c.id == answer.c.delivery_id)
    .where(among(delivery.c.enrolment_id))
    .order_by(delivery.c.id)
)


async def of_delivery(tx: AsyncConnection, delivery_id: int) -> str | None:
    """The value of the answer that belongs to one delivery, if there is one."""
    value: str | None = await tx.scalar(
        sa.select(answer.c.value).where(answer.c.delivery_id == delivery_id)
    )
    return value


async def of_enrolment(tx: AsyncConnection, enrolment_id: int) -> list[Answer]:
    """The standing answers of an enrolment in the order of their questions."""
    given = (await of_enrolments(tx, [enrolment_id]))[enrolment_id]
    return [each for each in given if each.value is not None]


async def of_subscriber(tx: AsyncConnection, subscriber_id: int) -> Sequence[Any]:
    """All answers of a person, over all rounds."""
    return (
        (
            await tx.execute(
                sa.select(
                    enrolment.c.round,
                    delivery.c.step,
                    answer.c.question,
                    answer.c.value,
                    answer.c.answered_at,
                )
                .join(delivery, delivery.c.id == answer.c.delivery_id)
                .join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
                .where(enrolment.c.subscriber_id == subscriber_id)
                .order_by(delivery.c.id)
            )
        )
        .mappings()
        .all()
    )


async def keep_vote(
    tx: AsyncConnection, poll_id: str, ref: bytes, option: int | None, now: datetime
) -> None:
    """Keep a vote on a poll that no delivery knows yet; the newest one of a person counts."""
    adding = insert(tx.dialect, vote).values(
        poll_id=poll_id, chat_ref=ref, option=option, received_at=now
    )
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["poll_id", "chat_ref"],
            set_={name: adding.excluded[name] for name in ("option", "received_at")},
        )
    )


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote that waits for its poll."""

    poll_id: str
    chat_ref: bytes
    option: int | None
    received_at: datetime


def _kept(row: Any) -> KeptVote:
    return KeptVote(row.poll_id, bytes(row.chat_ref), row.option, row.received_at)


async def kept_for(tx: AsyncConnection, poll_id: str, ref: bytes) -> KeptVote | None:
    """The vote that waits for this poll."""
    row = (await tx.execute(_KEPT_FOR, {"this": poll_id, "ref": ref})).first()
    return _kept(row) if row else None


_KEPT_FOR = sa.select(vote).where(
    vote.c.poll_id == sa.bindparam("this"), vote.c.chat_ref == sa.bindparam("ref")
)


async def polls_kept(tx: AsyncConnection, poll_ids: Sequence[str]) -> set[str]:
    """Those of these polls that a vote waits for."""
    if not poll_ids:
        return set()
    return set(await tx.scalars(_KEPT, {"polls": list(poll_ids)}))


_KEPT = sa.select(vote.c.poll_id).where(vote.c.poll_id.in_(sa.bindparam("polls", expanding=True)))


async def kept_by(tx: AsyncConnection, ref: bytes) -> list[KeptVote]:
    """All of a person's votes that wait for their poll, the oldest first."""
    query = sa.select(vote).where(vote.c.chat_ref == ref).order_by(vote.c.received_at)
    return [_kept(row) for row in await tx.execute(query)]


async def drop_vote(tx: AsyncConnection, poll_id: str, ref: bytes) -> None:
    """The vote has found its poll."""
    await tx.execute(sa.delete(vote).where(vote.c.poll_id == poll_id, vote.c.chat_ref == ref))


async def drop_votes_of(tx: AsyncConnection, ref: bytes) -> None:
    """Erase what a person's votes left behind."""
    await tx.execute(sa.delete(vote).where(vote.c.chat_ref == ref))
