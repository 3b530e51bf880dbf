"""Rows as the domain's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.schedule import Part, Place, Slot
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status, Subscriber
from bot.store.tables import enrolment, subscriber

_SUBSCRIBER = (
    "id",
    "pseudonym",
    "language",
    "zone",
    "weekday",
    "part",
    "pace",
    "check_ins",
    "source",
)
_ENROLMENT = (
    "id",
    "campaign",
    "round",
    "status",
    "next_step",
    "last_step",
    "next_due_at",
    "paused_until",
    "last_tip",
    "last_tip_at",
    "last_step_at",
    "contacts",
    "started_at",
)
PERSON = (
    *(subscriber.c[name].label(f"s_{name}") for name in _SUBSCRIBER),
    *(enrolment.c[name].label(f"e_{name}") for name in _ENROLMENT),
)
"""The columns that `person_of` reads, in its order."""


def person_of(row: Sequence[Any]) -> Person:
    """The subscriber and enrolment in a row that begins with the columns of `PERSON`."""
    # By position, in two unpackings: this runs three times for every message sent.
    (id_, pseudonym, language, zone, weekday, part, pace, check_ins, source), rest = (
        row[: len(_SUBSCRIBER)],
        row[len(_SUBSCRIBER) : len(PERSON)],
    )
    (
        enrolment_id,
        campaign,
        round_,
        status,
        next_step,
        last_step,
        next_due_at,
        paused_until,
        last_tip,
        last_tip_at,
        last_step_at,
        contacts,
        started_at,
    ) = rest
    return Person(
        Subscriber(
            id_,
            pseudonym,
            language,
            zone,
            Slot(weekday, Part(part)),
            pace,
            CheckIns(check_ins),
            source,
        ),
        Enrolment(
            enrolment_id,
            campaign,
            round_,
            Status(status),
            next_step,
            last_step,
            next_due_at,
            paused_until,
            Place(last_tip, last_tip_at, last_step_at, contacts or 0),
            started_at,
        ),
    )


def joined() -> sa.Join:
    """Subscribers with their enrolments."""
    return subscriber.join(enrolment, enrolment.c.subscriber_id == subscriber.c.id)


LOCKED = (subscriber, enrolment)
"""What is locked of a person, in this order everywhere, so that no two transactions wait for each
other. Both, since what is read of a row without a lock may be older than the lock."""
