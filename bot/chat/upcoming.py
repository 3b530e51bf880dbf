"""What comes next for someone, and when."""

from __future__ import annotations

from datetime import datetime

from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import Place, due
from bot.domain.series import advance, next_step
from bot.domain.subscriber import Person, Status


def next_message(campaign: Campaign, person: Person, now: datetime) -> datetime | None:
    """When the series goes on; None where it doesn't, by itself.

    While a step is on its way this tells of the one after it.
    """
    enrolment = person.enrolment
    if enrolment.status is not Status.ACTIVE or enrolment.next_step is None:
        return None
    if enrolment.next_due_at is not None:
        return enrolment.next_due_at
    return advance(campaign, person, enrolment.next_step, now, now).next_due_at


def second_tip(campaign: Campaign, person: Person, now: datetime) -> datetime | None:
    """When the second tip comes, for someone whose first one leaves now."""
    first, *others = (step for step in campaign.steps if step.kind is StepKind.TIP)
    if not others:
        return None
    return due(campaign, others[0], Place(first.key, now, now), person.subscriber.rhythm, now)


def next_week(campaign: Campaign, person: Person) -> int:
    """The week in which the person goes on."""
    step = next_step(campaign, person)
    return step.week if step is not None else campaign.weeks


def last_week(campaign: Campaign, person: Person) -> int:
    """The week that the person had come to."""
    step = campaign.step(person.enrolment.last_step or "")
    return step.week if step is not None else 1
