"""What will be sent to one person, by the rules that planner and ledger go by.

It reckons that Telegram takes every message at its moment, and that people do nothing meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery.ledger import asks
from bot.delivery.planner import item_of
from bot.domain.campaign import Campaign
from bot.domain.schedule import WINDOW, Reschedule, Send, Wait, due
from bot.domain.series import Cancel, advance, last_look, next_step, plan, turn
from bot.domain.subscriber import CheckIns, Person
from bot.store.outbox import STEP_ITEM, Lane, Planned


@dataclass(frozen=True, slots=True)
class Coming:
    """A message that will leave at `at`: an item of a step."""

    at: datetime
    step: str
    item: int


class Course:
    """A person's way through the days to come.

    `queued` is what the outbox holds for them; `left` the keys of the steps that left before.
    """

    def __init__(
        self, campaign: Campaign, person: Person, queued: Iterable[Planned], left: Iterable[str]
    ) -> None:
        self.person = person
        self._campaign = campaign
        self._queued = list(queued)
        self._left = set(left)

    def in_doubt(self, step: str, item: int, send_before: datetime | None, now: datetime) -> None:
        """An earlier run ended while it sent this: the person moves on, and nothing is sent."""
        self._onward(step, item, send_before, now)

    def until(self, now: datetime, end: datetime) -> Iterator[Coming]:
        """Everything that leaves from `now` on and before `end`, in order."""
        while (moment := self._next_moment()) is not None:
            now = max(now, moment)
            if now >= end:
                return
            self._tick(now)
            for planned in sorted(self._queued, key=lambda each: (each.lane, each.due_at)):
                if planned.due_at <= now and planned in self._queued:
                    yield from self._look(planned, now)

    def _next_moment(self) -> datetime | None:
        moments = [planned.due_at for planned in self._queued]
        if self.person.enrolment.next_due_at is not None:
            moments.append(self.person.enrolment.next_due_at)
        return min(moments, default=None)

    def _tick(self, now: datetime) -> None:
        """What the planner does for someone who is due."""
        due_at = self.person.enrolment.next_due_at
        if due_at is None or due_at > now:
            return
        step = next_step(self._campaign, self.person)
        left_before = step is not None and step.key in self._left
        came = turn(self._campaign, self.person, now, left_before=left_before)
        self.person = replace(self.person, enrolment=came.enrolment)
        if came.step is None:
            return
        item = item_of(came.step, self.person.subscriber.check_ins)
        if not any((each.step, each.item) == (came.step.key, item) for each in self._queued):
            self._queue(came.step.key, item, due_at)

    def _queue(self, step: str, item: int, due_at: datetime) -> None:
        enrolment_id = self.person.enrolment.id
        self._queued.append(Planned(enrolment_id, step, item, Lane.BULK, due_at, due_at + WINDOW))

    def _look(self, planned: Planned, now: datetime) -> Iterator[Coming]:
        """What the ledger does with a delivery that is due."""
        campaign, person = self._campaign, self.person
        self._queued.remove(planned)
        match last_look(
            campaign,
            person,
            planned.step,
            poll=planned.item > STEP_ITEM,
            due_at=planned.due_at,
            send_before=planned.send_before,
            now=now,
        ):
            case Send():
                yield Coming(now, planned.step, planned.item)
                self._onward(planned.step, planned.item, planned.send_before, now)
            case Wait(until):
                self._queued.append(replace(planned, due_at=until))
            case Reschedule():
                step = campaign.step(planned.step)
                assert step is not None  # The last look found it.
                later = due(campaign, step, person.enrolment.place, person.subscriber.rhythm, now)
                self._queued.append(replace(planned, due_at=later, send_before=later + WINDOW))
            case Cancel():
                self._replan(now)

    def _onward(self, step: str, item: int, send_before: datetime | None, now: datetime) -> None:
        self._left.add(step)
        person = self.person
        if asks(self._campaign.step(step), item, person.subscriber.check_ins):
            asked = replace(person.subscriber, check_ins=CheckIns.ASKED)
            person = self.person = replace(person, subscriber=asked)
        enrolment = person.enrolment
        if enrolment.next_step == step:
            moved = advance(self._campaign, person, step, now, now)
            self.person = replace(person, enrolment=moved)
        elif send_before is not None:
            place = replace(enrolment.place, last_step_at=now)
            self.person = replace(person, enrolment=replace(enrolment, place=place))
            self._replan(now)

    def _replan(self, now: datetime) -> None:
        self._queued = [each for each in self._queued if each.lane is not Lane.BULK]
        enrolment = self.person.enrolment
        if not any(each.step == enrolment.next_step for each in self._queued):
            moved = plan(self._campaign, self.person, now)
            self.person = replace(self.person, enrolment=moved)
