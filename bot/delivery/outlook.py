"""What an edited campaign comes to, before it goes live: who it touches, and what is sent next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.course import Coming, Course
from bot.delivery.ledger import RESEND
from bot.domain.campaign import Campaign
from bot.domain.changes import Before, Change, changes, standing
from bot.domain.schedule import local_date
from bot.domain.subscriber import Status
from bot.store.deliveries import REMINDER, STEP_ITEM
from bot.store.under_way import UnderWay, statuses, under_way

AHEAD = timedelta(days=7)
"""How far it looks."""


@dataclass(frozen=True, slots=True)
class StepOutlook:
    """A step that changed, with how many of those under way stand how towards it.

    `day` is its day now and `was` the one at the launch (None where there is none, or it isn't
    known). `had` got it; `missed` are past its place and never get it; `to_come` will get it;
    `again` had it and stand before its place: they don't get it twice. `next_up` were to get it
    next and go on with what follows, since it is gone.
    """

    step: str
    change: Change | None
    day: int | None
    was: int | None
    had: int
    missed: int
    to_come: int
    again: int
    next_up: int


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """The messages of one day: how many of each step, reminder and branch's offer."""

    day: date
    messages: int
    steps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a campaign would do from `made_at` on.

    `people` counts everybody by status; `under_way` are those whose series goes on, `affected`
    those of them for whom a change is more than something new ahead. `withdrawn` counts queued
    messages whose step is gone. `known` tells whether the steps at the launch are known.
    """

    campaign: str
    made_at: datetime
    zone: str
    known: bool
    people: Mapping[str, int]
    under_way: int
    affected: int
    withdrawn: int
    steps: tuple[StepOutlook, ...]
    days: tuple[DayOutlook, ...]


@dataclass(slots=True)
class _Counts:
    """The people of each step, by its key."""

    had: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    to_come: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    next_up: Counter[str] = field(default_factory=Counter)


async def outlook(
    tx: AsyncConnection,
    campaign: Campaign,
    before: Before | None,
    now: datetime,
    zone: str,
    on_uncertain: str,
) -> Outlook:
    """The outlook of `campaign` if it went live at `now`; days are those of `zone`.

    `before` is None where the steps at the launch aren't known. `on_uncertain` is the setting
    UNCERTAIN: what becomes of what a running bot is sending this moment.
    """
    changed = changes(campaign, before) if before is not None else {}
    counts = _Counts()
    sent: Counter[tuple[date, str]] = Counter()
    going = affected = withdrawn = 0
    seen: set[str] = set()
    async for one in under_way(tx, campaign.key):
        seen |= one.left
        withdrawn += sum(
            campaign.step(each.step) is None for each in one.queued if each.item >= STEP_ITEM
        )
        if one.person.enrolment.status in (Status.ACTIVE, Status.PAUSED):
            going += 1
            affected += _count(campaign, one, changed, before is not None, counts)
        for coming in course(campaign, one, now, on_uncertain):
            sent[local_date(coming.at, zone), named(campaign, coming.step, coming.item)] += 1
    seen |= set(counts.next_up)
    changed |= {key: Change.GONE for key in sorted(seen) if campaign.step(key) is None}
    told = [step.key for step in campaign.steps if step.key in changed or counts.missed[step.key]]
    told += [key for key, change in changed.items() if change is Change.GONE]
    return Outlook(
        campaign=campaign.key,
        made_at=now,
        zone=zone,
        known=before is not None,
        people=await statuses(tx, campaign.key),
        under_way=going,
        affected=affected,
        withdrawn=withdrawn,
        steps=tuple(_step(key, campaign, before, changed, counts) for key in told),
        days=tuple(_days(campaign, sent, now, zone)),
    )


def named(campaign: Campaign, key: str, item: int) -> str:
    """What a message of these seven days goes by: its step, its branch, or the reminder it is."""
    reminder = item == REMINDER and campaign.step(key) is not None
    return f"{key} (reminder)" if reminder else key


def course(
    campaign: Campaign, one: UnderWay, now: datetime, on_uncertain: str
) -> tuple[Coming, ...]:
    """Everything that leaves to one person in the days ahead."""
    again = [each for each in one.sending if on_uncertain == RESEND and each.tries < 2]
    queued = (*one.queued, *(each.planned for each in again))
    way = Course(campaign, one, queued)
    for each in one.sending:
        if each not in again:
            planned = each.planned
            way.in_doubt(planned.step, planned.item, planned.send_before, now)
    return tuple(way.until(now, now + AHEAD))


def _count(
    campaign: Campaign,
    one: UnderWay,
    changed: Mapping[str, Change],
    known: bool,
    counts: _Counts,
) -> bool:
    """Count a person in; whether the changes touch them."""
    stands = standing(campaign, one.person, one.left)
    tips = {step.key for step in campaign.steps if not step.questions}
    # Without a list of the launch a check-in that was passed over says nothing.
    missed = stands.missed & (changed.keys() if known else tips)
    again = stands.again & changed.keys() if known else stands.again
    counts.had.update(stands.had)
    counts.missed.update(missed)
    counts.to_come.update(stands.to_come)
    counts.again.update(again)
    upcoming = one.person.enrolment.next_step
    redirected = upcoming is not None and campaign.step(upcoming) is None
    if redirected:
        counts.next_up[str(upcoming)] += 1
    return bool(missed or again or redirected)


def _step(
    key: str,
    campaign: Campaign,
    before: Before | None,
    changed: Mapping[str, Change],
    counts: _Counts,
) -> StepOutlook:
    step = campaign.step(key)
    return StepOutlook(
        step=key,
        change=changed.get(key),
        day=step.day if step else None,
        was=before.days.get(key) if before else None,
        had=counts.had[key],
        missed=counts.missed[key],
        to_come=counts.to_come[key],
        again=counts.again[key],
        next_up=counts.next_up[key],
    )


def _days(
    campaign: Campaign, sent: Mapping[tuple[date, str], int], now: datetime, zone: str
) -> list[DayOutlook]:
    first, last = local_date(now, zone), local_date(now + AHEAD, zone)
    items = (STEP_ITEM, REMINDER)
    steps = (*campaign.steps, *campaign.boosters)
    names = [named(campaign, step.key, item) for step in steps for item in items]
    names += [branch.key for branch in campaign.branches]
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        told = {name: n for name in names if (n := sent.get((day, name), 0))}
        days.append(DayOutlook(day, sum(told.values()), told))
    return days
