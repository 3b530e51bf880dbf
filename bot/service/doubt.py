"""Deliveries in doubt: the operator looks at them and may send them once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.schedule import WINDOW
from bot.domain.subscriber import Status
from bot.store import operator
from bot.store.database import Database
from bot.store.deliveries import State

IN_FLIGHT = timedelta(minutes=5)
"""Longer than any request takes: what is `sending` for longer was left behind by a run."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery of which we don't know that it arrived, or know that it didn't.

    `status` is its status, or `being sent`, or `left behind` for one that the next start settles.
    `active` says whether its person still takes part, so that it can be sent again.
    """

    id: int
    pseudonym: str
    campaign: str
    step: str
    item: int
    status: str
    at: datetime | None
    reason: str | None
    active: bool


async def in_doubt(db: Database, now: datetime, *, failed: bool) -> list[Doubt]:
    """Deliveries that are uncertain or being sent, with `failed` also those refused for good."""
    statuses = [State.SENDING, State.UNCERTAIN, *([State.FAILED] if failed else [])]
    async with db.read() as tx:
        rows = await operator.doubts(tx, statuses)
    return [
        Doubt(
            id=row["id"],
            pseudonym=row["pseudonym"],
            campaign=row["campaign"],
            step=row["step"],
            item=row["item"],
            status=_status(row["status"], row["sent_at"], now),
            at=row["sent_at"],
            reason=row["reason"],
            active=row["person"] == Status.ACTIVE,
        )
        for row in rows
    ]


def _status(status: str, at: datetime | None, now: datetime) -> str:
    if status != State.SENDING:
        return status
    return "being sent" if at is not None and now - at < IN_FLIGHT else "left behind"


async def resend(
    db: Database, ids: Sequence[int] | None, now: datetime, *, failed: bool
) -> list[int]:
    """Queue deliveries in doubt once more and give the ids of those; None stands for all of them.

    `failed` takes in the refused ones. What someone stopped or paused meanwhile is left alone, and
    so is whatever a late answer has proved. Quiet hours and the rest are checked when it leaves.
    """
    statuses = [State.UNCERTAIN, *([State.FAILED] if failed else [])]
    async with db.write() as tx:
        return await operator.queue_again(tx, ids, statuses, now, now + WINDOW)
