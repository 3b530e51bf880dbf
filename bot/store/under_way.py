"""Everybody under way, page by page, with what left and what waits: for looking ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.subscriber import Person, Status
from bot.store import answers
from bot.store.answers import Answer
from bot.store.deliveries import LEFT, STEP_ITEM, Lane, Offer, Planned, State
from bot.store.records import PERSON, joined, person_of
from bot.store.tables import answer, delivery, enrolment

PAGE = 1000
"""People in memory at a time."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery whose outcome isn't known yet."""

    planned: Planned
    tries: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or an offer that arrived; `look_at` is None where nothing more comes of it."""

    step: str
    item: int
    sent_at: datetime
    look_at: datetime | None
    answered: bool


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A person with the keys of the steps that left, and what the outbox holds for them.

    `asked`, in order, and `answers` tell what they said to it and what they left open, `offers`
    what they were offered.
    """

    person: Person
    left: frozenset[str]
    queued: tuple[Planned, ...]
    sending: tuple[Sending, ...]
    asked: tuple[Asked, ...] = ()
    offers: tuple[Offer, ...] = ()
    answers: tuple[Answer, ...] = ()


async def under_way(tx: AsyncConnection, campaign: str) -> AsyncIterator[UnderWay]:
    """Everybody of a campaign whose series goes on or to whom something is yet to be sent."""
    waiting = sa.exists().where(
        delivery.c.enrolment_id == enrolment.c.id,
        delivery.c.status.in_((State.QUEUED, State.SENDING)),
    )
    query = (
        sa.select(*PERSON)
        .select_from(joined())
        .where(
            enrolment.c.campaign == campaign,
            enrolment.c.id > sa.bindparam("after"),
            sa.or_(enrolment.c.status.in_((Status.ACTIVE, Status.PAUSED)), waiting),
        )
        .order_by(enrolment.c.id)
        .limit(PAGE)
    )
    after = 0
    while True:
        people = [person_of(row) for row in await tx.execute(query, {"after": after})]
        ids = [person.enrolment.id for person in people]
        left = await _left(tx, ids)
        queued, sending = await _waiting(tx, ids)
        asked, offers = await _asked(tx, ids)
        given = await answers.of_enrolments(tx, ids)
        for person in people:
            id_ = person.enrolment.id
            yield UnderWay(
                person,
                left.get(id_, frozenset()),
                tuple(queued.get(id_, ())),
                tuple(sending.get(id_, ())),
                tuple(asked.get(id_, ())),
                tuple(offers.get(id_, ())),
                tuple(given[id_]),
            )
        if len(people) < PAGE:
            return
        after = ids[-1]


async def _left(tx: AsyncConnection, ids: list[int]) -> dict[int, frozenset[str]]:
    # One row a person: keys hold no commas.
    query = (
        sa.select(delivery.c.enrolment_id, sa.func.aggregate_strings(delivery.c.step, ","))
        .where(
            delivery.c.enrolment_id.in_(ids),
            delivery.c.status.in_(LEFT),
            delivery.c.item >= STEP_ITEM,
        )
        .group_by(delivery.c.enrolment_id)
    )
    return {id_: frozenset(keys.split(",")) for id_, keys in await tx.execute(query)}


async def _asked(
    tx: AsyncConnection, ids: list[int]
) -> tuple[dict[int, list[Asked]], dict[int, list[Offer]]]:
    query = (
        sa.select(
            delivery.c.enrolment_id,
            delivery.c.step,
            delivery.c.item,
            sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at, type_=delivery.c.due_at.type),
            delivery.c.close_at,
            sa.exists().where(answer.c.delivery_id == delivery.c.id),
            delivery.c.due_at,
            delivery.c.status,
        )
        .where(delivery.c.enrolment_id.in_(ids), delivery.c.item != STEP_ITEM)
        .order_by(delivery.c.id)
    )
    asked: dict[int, list[Asked]] = {}
    offers: dict[int, list[Offer]] = {}
    for id_, step, item, sent_at, look_at, answered, due_at, status in await tx.execute(query):
        if item < STEP_ITEM:
            offers.setdefault(id_, []).append(Offer(step, item, due_at, State(status)))
        if status == State.SENT:
            asked.setdefault(id_, []).append(Asked(step, item, sent_at, look_at, bool(answered)))
    return asked, offers


async def _waiting(
    tx: AsyncConnection, ids: list[int]
) -> tuple[dict[int, list[Planned]], dict[int, list[Sending]]]:
    query = (
        sa.select(
            delivery.c.enrolment_id,
            delivery.c.step,
            delivery.c.item,
            delivery.c.lane,
            delivery.c.due_at,
            delivery.c.send_before,
            delivery.c.status,
            delivery.c.tries,
        )
        .where(
            delivery.c.enrolment_id.in_(ids),
            delivery.c.status.in_((State.QUEUED, State.SENDING)),
        )
        .order_by(delivery.c.id)
    )
    queued: dict[int, list[Planned]] = {}
    sending: dict[int, list[Sending]] = {}
    for id_, step, item, lane, due_at, send_before, status, tries in await tx.execute(query):
        planned = Planned(id_, step, item, Lane(lane), due_at, send_before)
        if status == State.QUEUED:
            queued.setdefault(id_, []).append(planned)
        else:
            sending.setdefault(id_, []).append(Sending(planned, tries))
    return queued, sending


async def statuses(tx: AsyncConnection, campaign: str) -> dict[str, int]:
    """How many people of a campaign stand in each status, each with their latest round."""
    later = enrolment.alias("later")
    latest = ~sa.exists().where(
        later.c.subscriber_id == enrolment.c.subscriber_id,
        later.c.campaign == enrolment.c.campaign,
        later.c.round > enrolment.c.round,
    )
    rows = await tx.execute(
        sa.select(enrolment.c.status, sa.func.count())
        .where(enrolment.c.campaign == campaign, latest)
        .group_by(enrolment.c.status)
    )
    return {row[0]: row[1] for row in rows}
