"""How an enrolment moves: from step to step, into a pause and back, out and in again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.campaign import Campaign, Step, StepKind, is_booster
from bot.domain.schedule import Reschedule, Send, Wait, due, next_wanted, recheck
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status


def next_position(campaign: Campaign, person: Person) -> int:
    """The position of the step that this person gets next; the campaign's length at the end."""
    enrolment = person.enrolment
    if enrolment.next_step is None or is_booster(enrolment.next_step):
        return len(campaign.steps)
    position = campaign.position(enrolment.next_step)
    if position == len(campaign.steps):
        position = _after_last(campaign, enrolment)
    return next_wanted(campaign, position, person.subscriber.check_ins.planned)


def _after_last(campaign: Campaign, enrolment: Enrolment) -> int:
    """Where to go on when the next step has left the campaign: after the last one still in it."""
    for key in (enrolment.last_step, enrolment.place.last_tip):
        if key is not None and campaign.step(key) is not None:
            return campaign.position(key) + 1
    return 0


def next_step(campaign: Campaign, person: Person) -> Step | None:
    """The step that this person gets next, or None at the end."""
    upcoming = person.enrolment.next_step
    if upcoming is not None and is_booster(upcoming):
        return campaign.step(upcoming) or next_booster(campaign, person.enrolment)
    position = next_position(campaign, person)
    return campaign.steps[position] if position < len(campaign.steps) else None


def next_booster(campaign: Campaign, enrolment: Enrolment) -> Step | None:
    """The booster after the last one that this enrolment had, or None where no more are left."""
    return _booster_after(campaign, enrolment.place.last_tip)


def _booster_after(campaign: Campaign, key: str | None) -> Step | None:
    """The booster after the one with this key; after a tip of the series, the first."""
    if key is None or not is_booster(key):
        return next(iter(campaign.boosters), None)
    keys = [each.key for each in campaign.boosters]
    after = keys.index(key) + 1 if key in keys else len(keys)
    return next(iter(campaign.boosters[after:]), None)


def with_boosters(campaign: Campaign, person: Person, now: datetime) -> Enrolment | None:
    """The enrolment of someone who is through, going on once a month; None where it can't."""
    first = next_booster(campaign, person.enrolment)
    if person.enrolment.status is not Status.FINISHED or first is None:
        return None
    more = replace(person.enrolment, status=Status.ACTIVE, next_step=first.key)
    return plan(campaign, replace(person, enrolment=more), now)


def plan(campaign: Campaign, person: Person, now: datetime) -> Enrolment:
    """The enrolment with its next step dated, as its status asks.

    Someone active is due from `now` on, someone paused from the pause's end on; nobody else is.
    An enrolment without a further step is finished.
    """
    enrolment = person.enrolment
    step = next_step(campaign, person)
    if step is None:
        over = Status.FINISHED if enrolment.status in _RUNNING else enrolment.status
        return replace(enrolment, next_step=None, next_due_at=None, status=over)
    if enrolment.status is Status.ACTIVE:
        not_before = now
    elif enrolment.status is Status.PAUSED and enrolment.paused_until is not None:
        not_before = max(now, enrolment.paused_until)
    else:
        return replace(enrolment, next_step=step.key, next_due_at=None)
    moment = due(campaign, step, enrolment.place, person.subscriber.rhythm, not_before)
    return replace(enrolment, next_step=step.key, next_due_at=moment)


_RUNNING = (Status.ACTIVE, Status.PAUSED)


def advance(
    campaign: Campaign, person: Person, step_key: str, left_at: datetime, now: datetime
) -> Enrolment:
    """The enrolment after a step left at `left_at`: the next one dated, or the series finished."""
    enrolment = person.enrolment
    step = campaign.step(step_key)
    tip = step.key if step is not None and step.kind is StepKind.TIP else None
    place = enrolment.place.reached(left_at, person.subscriber.zone, tip)
    following = _following(campaign, enrolment, step_key)
    moved = replace(enrolment, last_step=step_key, next_step=following, place=place)
    return plan(campaign, Person(person.subscriber, moved), now)


def _following(campaign: Campaign, enrolment: Enrolment, step_key: str) -> str | None:
    """The key of what follows a step.

    One that left the campaign on its way is followed by what follows the last one before it.
    """
    known = campaign.step(step_key) is not None
    if is_booster(step_key):
        last = step_key if known else enrolment.place.last_tip
        following = _booster_after(campaign, last)
        return following.key if following is not None else None
    after = campaign.position(step_key) + 1 if known else _after_last(campaign, enrolment)
    return campaign.steps[after].key if after < len(campaign.steps) else None


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a due enrolment: where it stands now, and the step to queue, if there is one."""

    enrolment: Enrolment
    step: Step | None = None


def turn(campaign: Campaign, person: Person, now: datetime, *, left_before: bool) -> Turn:
    """The turn of someone who is due; a pause is over by that.

    `left_before` says that the step to come left before, by a campaign whose steps stood in another
    order: it is passed over. Without a next step the series is finished.
    """
    enrolment = person.enrolment
    step = next_step(campaign, person)
    if enrolment.status is Status.PAUSED:
        enrolment = replace(enrolment, status=Status.ACTIVE, paused_until=None)
    awake = replace(person, enrolment=enrolment)
    if step is None:
        return Turn(plan(campaign, awake, now))
    if left_before:
        last = enrolment.place.last_step_at or now
        return Turn(advance(campaign, awake, step.key, last, now))
    return Turn(replace(enrolment, next_step=step.key, next_due_at=None), step)


def paused(campaign: Campaign, person: Person, until: datetime | None, now: datetime) -> Enrolment:
    """The enrolment at rest until an instant, or (None) until the person says."""
    held = replace(person.enrolment, status=Status.PAUSED, paused_until=until, next_due_at=None)
    return plan(campaign, Person(person.subscriber, held), now)


def resumed(campaign: Campaign, person: Person, now: datetime) -> Enrolment:
    """The enrolment going on where it was, at the person's next slot."""
    back = replace(person.enrolment, status=Status.ACTIVE, paused_until=None)
    return plan(campaign, Person(person.subscriber, back), now)


def halted(enrolment: Enrolment, status: Status) -> Enrolment:
    """The enrolment with nothing planned: BLOCKED or LEFT. Its place is kept.

    Who left gets no boosters any more, unless they ask for them again.
    """
    upcoming = enrolment.next_step
    if status is Status.LEFT and upcoming is not None and is_booster(upcoming):
        upcoming = None
    return replace(
        enrolment, status=status, next_step=upcoming, next_due_at=None, paused_until=None
    )


@dataclass(frozen=True, slots=True)
class Cancel:
    """This must not be sent any more; the enrolment is planned anew."""

    reason: str


def last_look(
    campaign: Campaign,
    person: Person,
    step_key: str,
    *,
    poll: bool,
    due_at: datetime,
    send_before: datetime | None,
    now: datetime,
) -> Send | Wait | Reschedule | Cancel:
    """Whether a delivery may leave now: status, consent, quiet hours, budget and window, once more.

    `poll` says that it holds a question. `send_before` is None for an answer to the person's own
    act, which may come at any hour; such a question comes in a pause, too. After the last step
    only what was already on its way can be left: further questions, and what is sent once more.
    """
    asked_for = poll and send_before is None
    open_to = {Status.ACTIVE, Status.FINISHED} | ({Status.PAUSED} if asked_for else set())
    if person.enrolment.status not in open_to:
        return Cancel(person.enrolment.status)
    if poll and person.subscriber.check_ins is not CheckIns.YES:
        return Cancel("no consent to check-ins")
    if campaign.step(step_key) is None:
        return Cancel("the step has left the campaign")
    if send_before is None:
        return Send()
    place, zone = person.enrolment.place, person.subscriber.zone
    return recheck(now, due_at, send_before, place, zone, campaign.most_a_week)
