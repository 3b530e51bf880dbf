"""What people read of their own: tips sent, answers by week, and all their data as one document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.campaign import SKIP, Campaign, Scale, StepKind
from bot.domain.progress import Point
from bot.domain.subscriber import Person
from bot.domain.tailoring import choices
from bot.service.records import Records
from bot.store import answers, consents, conversations, exercises, outbox, people, timeline
from bot.store.answers import Answer
from bot.store.deliveries import STEP_ITEM, State


def points(campaign: Campaign, given: list[Answer]) -> dict[Scale, list[Point]]:
    """Answers by scale and in order, without the questions that were passed over."""
    series: dict[Scale, list[Point]] = {}
    for answer in given:
        step = campaign.step(answer.step)
        question = (
            next((q for q in step.questions if q.key == answer.question), None) if step else None
        )
        if step is None or question is None or answer.value in (None, SKIP):
            continue
        series.setdefault(question.scale, []).append(Point(step.week, str(answer.value)))
    return series


async def progress(records: Records, person: Person) -> dict[Scale, list[Point]]:
    """A person's own answers of this round."""
    async with records.db.read() as tx:
        return points(records.campaign, await answers.of_enrolment(tx, person.enrolment.id))


async def chosen(records: Records, person: Person) -> Mapping[str, str]:
    """What a person told of themselves in this round, by the names of the facts in texts."""
    async with records.db.read() as tx:
        given = await answers.of_enrolment(tx, person.enrolment.id)
    return choices(records.campaign, ((each.question, each.value) for each in given))


async def chosen_ever(records: Records, person: Person) -> Mapping[str, str]:
    """The same over all rounds, the newest answer to each question."""
    async with records.db.read() as tx:
        given = await answers.of_subscriber(tx, person.subscriber.id)
    return choices(records.campaign, ((each["question"], each["value"]) for each in given))


async def tips_sent(records: Records, person: Person) -> list[str]:
    """The keys of the tips that a person got in this round, in order."""
    async with records.db.read() as tx:
        keys = await timeline.sent_steps(tx, person.enrolment.id)
    tips = {step.key for step in records.campaign.steps if step.kind is StepKind.TIP}
    return [key for key in keys if key in tips]


async def prove(records: Records, chat_id: int, delivery_id: int, message_id: int) -> None:
    """A tap on a button of an uncertain message proves that it arrived."""
    ref = records.cipher.hide_chat(chat_id)
    async with records.db.write() as tx:
        delivery = await outbox.get(tx, delivery_id)
        if delivery is not None and delivery.chat_ref == ref and delivery.status is State.UNCERTAIN:
            close_at = None
            if delivery.item > STEP_ITEM:
                close_at = delivery.due_at + timedelta(days=records.campaign.check_in_window)
            await outbox.settle_sent(tx, [outbox.Arrival(delivery.id, message_id, None, close_at)])


async def own_data(records: Records, chat_id: int, now: datetime) -> dict[str, Any] | None:
    """Everything kept about a person, ready for JSON; None for a stranger."""
    async with records.db.read() as tx:
        person = await records.find(tx, chat_id, lock=False)
        if person is None:
            return None
        subscriber, enrolment = person.subscriber, person.enrolment
        agreed = await consents.of_subscriber(tx, subscriber.id)
        moments = await people.moments(tx, enrolment.id)
        deliveries = await people.deliveries_of(tx, subscriber.id)
        given = await answers.of_subscriber(tx, subscriber.id)
        conversation = await conversations.kept_of(tx, subscriber.id)
        asked = await conversations.messages_of(tx, subscriber.id)
        known = await exercises.known(tx, subscriber.id)
    return {
        "made_at": _text(now),
        "campaign": {"key": enrolment.campaign, "version": records.campaign.version},
        "you": {
            "pseudonym": subscriber.pseudonym,
            "language": subscriber.language,
            "time_zone": subscriber.zone,
            "weekday": subscriber.slot.weekday,
            "part_of_day": subscriber.slot.part,
            "weeks_between_tips": subscriber.pace,
            "check_ins": subscriber.check_ins,
            "came_from": subscriber.source,
            "known_since": _text(moments["created_at"]),
            # By the day: no more often than that is it written down.
            "last_seen_at": _text(moments["seen_at"]),
        },
        "series": {
            "status": enrolment.status,
            "round": enrolment.round,
            "started_at": _text(enrolment.started_at),
            "ended_at": _text(moments["ended_at"]),
            "next_step": enrolment.next_step,
            "next_due_at": _text(enrolment.next_due_at),
            "paused_until": _text(enrolment.paused_until),
            "last_message_at": _text(enrolment.place.last_step_at),
            # Within the week that ends with the last message; what the contact budget goes by.
            "days_with_a_message": enrolment.place.contacts.bit_count(),
        },
        "consents": [_plain(row) for row in agreed],
        "messages": [_plain(row) for row in deliveries],
        "answers": [_plain(row) for row in given],
        "physio": {
            "conversation": _plain(conversation) if conversation is not None else None,
            "messages": [_plain(row) for row in asked],
        },
        "exercises": [
            {
                "exercise": each.key,
                "favourite_since": _text(each.favourite_at),
                "last_seen_at": _text(each.seen_at),
            }
            for each in known
        ],
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: _text(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name != "id"
    }
