"""Which branch is offered to somebody, and where its choices lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.branch import Branch, Choice, Jump, Pause, Show, Slower, Stop, slower
from bot.domain.campaign import SKIP, Campaign, Step, StepKind
from bot.domain.checkin import alarming
from bot.domain.condition import History, fires
from bot.domain.series import next_position, plan
from bot.domain.subscriber import Enrolment, Person, Status

RUNNING = (Status.ACTIVE, Status.PAUSED)


def choices(campaign: Campaign, person: Person, branch: Branch) -> tuple[Choice, ...]:
    """The choices of a branch that would change something for this person, and those to decline."""
    return tuple(each for each in branch.choices if _possible(campaign, person, each))


def _possible(campaign: Campaign, person: Person, choice: Choice) -> bool:
    status = person.enrolment.status
    match choice.does:
        case None | Show():
            return True
        case Jump(step):
            ahead = next_position(campaign, person) < campaign.position(step) < len(campaign.steps)
            return status in RUNNING and ahead
        case Slower():
            return status in RUNNING and slower(person.subscriber.pace) is not None
        case Pause():
            return status is Status.ACTIVE
        case Stop():
            return status in RUNNING


def offered(
    campaign: Campaign,
    person: Person,
    history: History,
    made: Mapping[str, datetime],
    now: datetime,
) -> Branch | None:
    """The branch to offer now: the first whose condition has just come true.

    `made` tells when each was last offered. One that rests, or has nothing to choose for this
    person, is passed over.
    """
    if person.enrolment.status not in (*RUNNING, Status.FINISHED):
        return None
    for branch in campaign.branches:
        if not fires(branch.when, history):
            continue
        rests = branch.key in made and now < made[branch.key] + branch.rest
        if not rests and any(each.does for each in choices(campaign, person, branch)):
            return branch
    return None


def can_fire(campaign: Campaign, history: History) -> bool:
    """Whether any branch may have come true, whoever the person is."""
    return any(fires(branch.when, history) for branch in campaign.branches)


def told(given: Sequence[tuple[str, str, str]], *, over: Step | None, silences: int = 0) -> History:
    """The history that answers make, each given as step, question and value, oldest first.

    `over` is the check-in that is over now; `silences` as `History` has them. Beside an alarm only
    the answers that raised it are new: an offer that anything else asks for might be of exercises.
    """
    answers: dict[str, list[str]] = {}
    new = set()
    for step, question, value in given:
        if value == SKIP:
            continue
        answers.setdefault(question, []).append(value)
        if over is not None and step == over.key:
            new.add(question)
    alarmed = alarming(over, given) if over is not None else frozenset()
    return History(answers, alarmed or frozenset(new), silences)


def jumped(campaign: Campaign, person: Person, step_key: str, now: datetime) -> Enrolment:
    """The enrolment going on with a later tip; unchanged where that isn't ahead (any more).

    It comes when a tip would have come anyway: a pace after the last one.
    """
    enrolment = person.enrolment
    position = campaign.position(step_key)
    if not next_position(campaign, person) < position < len(campaign.steps):
        return enrolment
    before = [each for each in campaign.steps[:position] if each.kind is StepKind.TIP]
    place = enrolment.place
    if place.last_tip is not None and before:
        place = replace(place, last_tip=before[-1].key)
    moved = replace(enrolment, next_step=step_key, place=place)
    return plan(campaign, replace(person, enrolment=moved), now)
