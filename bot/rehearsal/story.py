"""What the page tells beside the phone: where someone is in the series, and why the step comes now.

Everything is read from the program's own records, and reckoned by the rules that planner and sender
go by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.course import Course
from bot.domain.campaign import Campaign, Step, is_booster
from bot.domain.schedule import Bound, earliest
from bot.domain.series import next_step
from bot.domain.subscriber import Person, Status
from bot.service.records import Records
from bot.store import timeline
from bot.store.deliveries import STEP_ITEM
from bot.store.timeline import Arrived
from bot.store.under_way import under_way

AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a step comes when it does, in the terms of the schedule.

    `bound` and `days` are those of `Earliest`; `weekday` (0 is Monday), `part` and `pace` are the
    person's own. `paused` says that a pause ends first.
    """

    bound: Bound
    days: int
    weekday: int
    part: str
    pace: int
    paused: bool


def why(campaign: Campaign, person: Person, now: datetime) -> tuple[str, Why] | None:
    """Why the next step comes when it does; with its key, or None where none is planned."""
    enrolment, rhythm = person.enrolment, person.subscriber.rhythm
    step = next_step(campaign, person)
    if step is None or enrolment.next_due_at is None:
        return None
    paused = enrolment.status is Status.PAUSED and enrolment.paused_until is not None
    not_before = max(now, enrolment.paused_until) if enrolment.paused_until else now
    first = earliest(campaign, step, enrolment.place, rhythm, not_before)
    slot = rhythm.slot
    return step.key, Why(first.bound, first.days, slot.weekday, slot.part, rhythm.pace, paused)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next message of the series."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Told:
    """Someone's story so far; `person` is None before they take part, and after erasing."""

    person: Person | None
    arrived: tuple[Arrived, ...] = ()
    ahead: tuple[tuple[str, datetime], ...] = ()
    upcoming: Upcoming | None = None

    @property
    def step(self) -> str | None:
        """The key of the step that came last."""
        return self.arrived[-1].step if self.arrived else None


async def read(tx: AsyncConnection, records: Records, chat_id: int, now: datetime) -> Told:
    """Someone's story at a moment."""
    person = await records.find(tx, chat_id, lock=False)
    if person is None:
        return Told(None)
    campaign = records.campaign
    came = await timeline.arrived(tx, person.enrolment.id)
    ahead: dict[str, datetime] = {}
    async for one in under_way(tx, campaign.key):
        course = Course(campaign, one, one.queued)
        for coming in course.until(now, now + AHEAD):
            ahead.setdefault(coming.step, coming.at)
    at = await timeline.next_queued(tx, person.enrolment.id) or person.enrolment.next_due_at
    step = campaign.step(person.enrolment.next_step or "")
    upcoming = Upcoming(at, step) if at is not None and step is not None else None
    return Told(person, tuple(came), tuple(ahead.items()), upcoming)


def weeks(campaign: Campaign, told: Told) -> list[dict[str, Any]]:
    """The weeks with their steps: done, now or to come, each with the moment if it is known.

    For whoever asked for a tip a month, those follow as a week without a number.
    """
    first: dict[str, Arrived] = {}
    for each in told.arrived:
        first.setdefault(each.step, each)
    ahead = dict(told.ahead)
    last = campaign.position(told.step) if told.step else -1

    def row(step: Step) -> dict[str, Any]:
        came = first.get(step.key)
        if came is None:
            state = "passed" if campaign.position(step.key) < last else "to-come"
        else:
            state = "now" if step.key == told.step else "done"
        at = came.sent_at if came is not None else ahead.get(step.key)
        return {
            "key": step.key,
            "kind": _kind(step),
            "day": step.day,
            "titles": dict(step.titles),
            "state": state,
            "at": at.isoformat() if at is not None else None,
        }

    by_week = groupby(campaign.steps, key=lambda step: step.week)
    rows = [{"week": week, "steps": [row(step) for step in steps]} for week, steps in by_week]
    if told.person is not None and _monthly(told.person, first):
        rows.append({"week": None, "steps": [row(step) for step in campaign.boosters]})
    return rows


def _monthly(person: Person, came: Iterable[str]) -> bool:
    """Whether somebody gets, or got, a tip a month."""
    return any(is_booster(key) for key in (person.enrolment.next_step or "", *came))


def _kind(step: Step) -> str:
    """What a step is called on the page."""
    return "booster" if step.repeats is not None else step.kind


def clock(campaign: Campaign, told: Told, now: datetime, home: str) -> dict[str, Any]:
    """Time and place, and what comes next."""
    person, upcoming = told.person, told.upcoming
    day = (now - person.enrolment.started_at).days if person is not None else None
    return {
        "now": now.isoformat(),
        "zone": person.subscriber.zone if person is not None else home,
        "week": min(day // 7 + 1, campaign.weeks) if day is not None else None,
        "weeks": campaign.weeks,
        "status": person.enrolment.status if person is not None else None,
        "next": {
            "at": upcoming.at.isoformat(),
            "what": _kind(upcoming.step),
            "titles": dict(upcoming.step.titles),
            "week": upcoming.step.week,
        }
        if upcoming is not None
        else None,
    }


def reasons(told: Told, whys: dict[str, Why]) -> dict[str, Any] | None:
    """Why the step that came last came when it did, for the page to put in words."""
    if not told.arrived or told.person is None:
        return None
    last = told.arrived[-1]
    known = whys.get(last.step)
    tips = [each for each in told.arrived[:-1] if each.step != last.step]
    return {
        "answers": "question" if last.item > STEP_ITEM and last.answered else
        "consent" if last.answered else None,
        "at": last.sent_at.isoformat(),
        "after": tips[-1].sent_at.isoformat() if tips else None,
        **(asdict(known) if known is not None else {}),
    }  # fmt: skip
