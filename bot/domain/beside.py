"""Messages beside the series, offers and reminders: whether one may leave now.

What the series still has to say goes first: they never come on the day of a step, and never take
the place that the next step needs in its week.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.campaign import Campaign
from bot.domain.offers import choices
from bot.domain.schedule import Reschedule, Send, Wait, day_after, local_date, recheck
from bot.domain.series import Cancel
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status

OPEN_TO = (Status.ACTIVE, Status.PAUSED, Status.FINISHED)

SOON = timedelta(hours=1)
"""A step that is under way leaves within this time, mostly."""


def last_look(
    campaign: Campaign,
    person: Person,
    key: str,
    *,
    due_at: datetime,
    send_before: datetime | None,
    now: datetime,
) -> Send | Wait | Cancel:
    """Whether an offer (`key` is its branch's) or a reminder (its check-in's) may leave now.

    `send_before` is None for what answers the person's own act, which may come at any hour and is
    no part of the budget.
    """
    over = _over(campaign, person, key, asked_for=send_before is None)
    if over is not None:
        return Cancel(over)
    return Send() if send_before is None else _fitting(campaign, person, due_at, send_before, now)


def _over(campaign: Campaign, person: Person, key: str, *, asked_for: bool) -> str | None:
    """Why it is not to be sent any more."""
    status = person.enrolment.status
    if status not in (OPEN_TO if asked_for else (Status.ACTIVE,)):
        return str(status)
    if person.subscriber.check_ins is not CheckIns.YES:
        return "no consent to check-ins"
    branch = campaign.branch(key)
    if branch is None:
        return None if campaign.step(key) is not None else "it has left the campaign"
    able = any(each.does for each in choices(campaign, person, branch))
    return None if able else "there is nothing left to choose"


def _fitting(
    campaign: Campaign, person: Person, due_at: datetime, send_before: datetime, now: datetime
) -> Send | Wait | Cancel:
    enrolment, zone = person.enrolment, person.subscriber.zone
    if enrolment.next_due_at is None and enrolment.next_step is not None:
        later = now + SOON
        return Wait(later) if later <= send_before else Cancel("a step came first")
    most = campaign.most_a_week
    moment = max(now, due_at)
    while True:
        match recheck(now, moment, send_before, enrolment.place, zone, most):
            case Reschedule():
                return Cancel("no day had room for it")
            case Wait(until):
                moment = until
            case Send():
                moment = now
        if not _takes_a_steps_day(enrolment, moment, zone, most):
            return Send() if moment == now else Wait(moment)
        moment = day_after(moment, zone)


def _takes_a_steps_day(enrolment: Enrolment, moment: datetime, zone: str, most: int) -> bool:
    """Whether the next step is due on that day, or would find its week full."""
    if enrolment.next_due_at is None:
        return False
    day, step_day = local_date(moment, zone), local_date(enrolment.next_due_at, zone)
    return step_day <= day or not enrolment.place.reached(moment, zone).has_room(
        step_day, zone, most
    )
