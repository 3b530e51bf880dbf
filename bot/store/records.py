"""Rows as the domain's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.domain.schedule import Part, Place, Slot
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status, Subscriber
from bot.store.tables import enrolment, subscriber

PERSON = (
    *(column.label(f"s_{column.name}") for column in subscriber.c),
    *(column.label(f"e_{column.name}") for column in enrolment.c),
)
"""The columns that `person_of` reads."""


def subscriber_of(row: Mapping[Any, Any]) -> Subscriber:
    """The subscriber in a row of `PERSON`."""
    return Subscriber(
        id=row["s_id"],
        pseudonym=row["s_pseudonym"],
        language=row["s_language"],
        zone=row["s_zone"],
        slot=Slot(row["s_weekday"], Part(row["s_part"])),
        pace=row["s_pace"],
        check_ins=CheckIns(row["s_check_ins"]),
        source=row["s_source"],
    )


def person_of(row: Mapping[Any, Any]) -> Person:
    """The subscriber and enrolment in a row of `PERSON`."""
    return Person(
        subscriber_of(row),
        Enrolment(
            id=row["e_id"],
            campaign=row["e_campaign"],
            round=row["e_round"],
            status=Status(row["e_status"]),
            next_step=row["e_next_step"],
            last_step=row["e_last_step"],
            next_due_at=row["e_next_due_at"],
            paused_until=row["e_paused_until"],
            place=Place(row["e_last_tip"], row["e_last_tip_at"], row["e_last_step_at"]),
            started_at=row["e_started_at"],
        ),
    )


def joined() -> sa.Join:
    """Subscribers with their enrolments."""
    return subscriber.join(enrolment, enrolment.c.subscriber_id == subscriber.c.id)
