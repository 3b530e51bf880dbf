"""What only an operator asks for: rows for files, deliveries in doubt, a person to forget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscriber import Status
from bot.store.deliveries import Lane, State
from bot.store.tables import answer, consent, delivery, enrolment, subscriber, wording

_ROUND = (subscriber.c.pseudonym, enrolment.c.campaign, enrolment.c.round)

_OF_ENROLMENTS = subscriber.join(enrolment, enrolment.c.subscriber_id == subscriber.c.id).join(
    delivery, delivery.c.enrolment_id == enrolment.c.id
)

EXPORTS: Mapping[str, sa.Select[Any]] = {
    "deliveries": sa.select(
        *_ROUND,
        delivery.c.step,
        delivery.c.item,
        delivery.c.status,
        delivery.c.due_at,
        delivery.c.sent_at,
        delivery.c.reason,
    )
    .select_from(_OF_ENROLMENTS)
    .order_by(delivery.c.id),
    "answers": sa.select(
        *_ROUND,
        delivery.c.step,
        delivery.c.item,
        answer.c.question,
        answer.c.value,
        answer.c.answered_at,
    )
    .select_from(_OF_ENROLMENTS.join(answer, answer.c.delivery_id == delivery.c.id))
    .order_by(delivery.c.id),
    "consents": sa.select(
        subscriber.c.pseudonym,
        consent.c.scope,
        consent.c.act,
        consent.c.at,
        wording.c.version,
        wording.c.language,
        wording.c.hash,
    )
    .select_from(
        subscriber.join(consent, consent.c.subscriber_id == subscriber.c.id).join(
            wording, wording.c.hash == consent.c.wording_hash
        )
    )
    .order_by(consent.c.id),
}
"""The rows of each exported file. People are their pseudonyms here; nothing of Telegram's ids."""


async def stream(tx: AsyncConnection, query: sa.Select[Any]) -> AsyncIterator[Sequence[Any]]:
    """The rows of a query, some thousand in memory at a time."""
    result = await tx.stream(query.execution_options(yield_per=2000))
    async for row in result:
        yield row


async def doubts(tx: AsyncConnection, statuses: Sequence[State]) -> Sequence[Any]:
    """Deliveries in these statuses with the person's pseudonym and status, the oldest first."""
    query = (
        sa.select(
            delivery.c.id,
            subscriber.c.pseudonym,
            enrolment.c.campaign,
            enrolment.c.status.label("person"),
            delivery.c.step,
            delivery.c.item,
            delivery.c.status,
            delivery.c.sent_at,
            delivery.c.reason,
        )
        .select_from(_OF_ENROLMENTS)
        .where(delivery.c.status.in_(statuses))
        .order_by(delivery.c.id)
    )
    return (await tx.execute(query)).mappings().all()


async def queue_again(
    tx: AsyncConnection,
    ids: Sequence[int] | None,
    statuses: Sequence[State],
    due_at: datetime,
    send_before: datetime,
) -> list[int]:
    """Queue deliveries that stand in these statuses once more, all of them where `ids` is None.

    Only those of people whose series goes on or is finished; gives the ids that were queued. They
    stand in the interactive lane, where a change of someone's settings doesn't cancel them.
    """
    going = (Status.ACTIVE, Status.FINISHED)
    active = sa.select(enrolment.c.id).where(enrolment.c.status.in_(going))
    statement = sa.update(delivery).where(
        delivery.c.status.in_(statuses), delivery.c.enrolment_id.in_(active)
    )
    if ids is not None:
        statement = statement.where(delivery.c.id.in_(ids))
    result = await tx.scalars(
        statement.values(
            status=State.QUEUED,
            lane=Lane.INTERACTIVE,
            due_at=due_at,
            send_before=send_before,
            reason=None,
        ).returning(delivery.c.id)
    )
    return sorted(result.all())
