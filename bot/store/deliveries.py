"""What a delivery is, and how its row is read together with its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa

from bot.domain.subscriber import Person
from bot.store import records
from bot.store.records import PERSON, joined, person_of
from bot.store.tables import delivery, enrolment, subscriber


class State(StrEnum):
    """How a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"  # committed before the request leaves
    SENT = "sent"
    FAILED = "failed"  # Telegram refused this message for good
    CANCELLED = "cancelled"  # withdrawn before it left; planned again when its turn comes
    UNCERTAIN = "uncertain"  # the request left and no answer came


LEFT = (State.SENT, State.FAILED, State.UNCERTAIN)
"""A step in one of these is not to be sent again by itself."""


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

TAKEN = "taken"
"""The reason that stands at an offer about which something is decided."""


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


LOCKED = (*records.LOCKED, delivery)
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


def delivery_of(row: Sequence[Any]) -> Delivery:
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


def with_people() -> sa.Join:
    return joined().join(delivery, delivery.c.enrolment_id == enrolment.c.id)
