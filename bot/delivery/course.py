"""What will be sent to one person, by the rules that planner and ledger go by.

It reckons that Telegram takes every message at its moment, and that people do nothing meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.ledger import asks
from bot.delivery.planner import item_of
from bot.domain import beside
from bot.domain.branch import Pause, Slower, slower
from bot.domain.campaign import Campaign
from bot.domain.schedule import WINDOW, Reschedule, Send, Wait, due
from bot.domain.series import Cancel, advance, last_look, next_step, paused, plan, turn
from bot.domain.subscriber import CheckIns
from bot.domain.watching import (
    BEFORE_END,
    Close,
    closes_at,
    look,
    offer_looked_at,
    question_looked_at,
    silences,
)
from bot.service import offers
from bot.store.deliveries import REMINDER, STEP_ITEM, Lane, Offer, Planned, State
from bot.store.under_way import Asked, UnderWay


@dataclass(frozen=True, slots=True)
class Coming:
    """A message that will leave at `at`: an item of a step."""

    at: datetime
    step: str
    item: int


class Course:
    """A person's way through the days to come.

    `queued` is what the outbox holds for them.
    """

    def __init__(self, campaign: Campaign, one: UnderWay, queued: Iterable[Planned]) -> None:
        self.person = one.person
        self._campaign = campaign
        self._queued = list(queued)
        self._left = set(one.left)
        self._asked = list(one.asked)
        self._offers = list(one.offers)
        self._answers = one.answers

    def in_doubt(self, step: str, item: int, send_before: datetime | None, now: datetime) -> None:
        """An earlier run ended while it sent this: the person moves on, and nothing is sent."""
        self._onward(step, item, send_before, now)

    def until(self, now: datetime, end: datetime) -> Iterator[Coming]:
        """Everything that leaves from `now` on and before `end`, in order."""
        while (moment := self._next_moment()) is not None:
            now = max(now, moment)
            if now >= end:
                return
            self._look_back(now)
            self._tick(now)
            for planned in sorted(self._queued, key=lambda each: (each.lane, each.due_at)):
                if planned.due_at <= now and planned in self._queued:
                    yield from self._look(planned, now)

    def _next_moment(self) -> datetime | None:
        moments = [planned.due_at for planned in self._queued]
        moments += [each.look_at for each in self._asked if each.look_at is not None]
        if self.person.enrolment.next_due_at is not None:
            moments.append(self.person.enrolment.next_due_at)
        return min(moments, default=None)

    def _look_back(self, now: datetime) -> None:
        """What is done about questions and offers that nobody answers."""
        for index, asked in enumerate(self._asked):
            if asked.look_at is None or asked.look_at > now:
                continue
            self._asked[index] = replace(asked, look_at=None)
            if asked.item < STEP_ITEM:
                self._ignored(asked, now)
                continue
            campaign, answered = self._campaign, asked.answered
            found = look(campaign, self.person, asked.sent_at, answered=answered, now=now)
            if isinstance(found, Close):
                self._closed(asked, now)
                continue
            self._asked[index] = replace(asked, look_at=found.at)
            if found.remind and asked.item == STEP_ITEM + 1:
                before = closes_at(campaign, asked.sent_at) - BEFORE_END
                id_ = self.person.enrolment.id
                self._queued.append(Planned(id_, asked.step, REMINDER, Lane.BULK, now, before))

    def _closed(self, asked: Asked, now: datetime) -> None:
        """Offer what silence asks for."""
        firsts = [each for each in self._asked if each.item == STEP_ITEM + 1]
        count = silences([(each.answered, each.look_at is not None) for each in firsts])
        if asked.item != STEP_ITEM + 1 or not count:
            return
        history = offers.history(self._answers, silences=count)
        offer = offers.next_offer(self._campaign, self.person, history, self._offers, now)
        if offer is not None:
            planned = offers.in_silence(self.person, *offer, now)
            self._queued.append(planned)
            self._offers.append(Offer(planned.step, planned.item, planned.due_at, State.QUEUED))

    def _ignored(self, asked: Asked, now: datetime) -> None:
        """Do what was said of an offer that nobody chose from."""
        branch = self._campaign.branch(asked.step)
        person = self.person
        if asked.answered or branch is None or person.enrolment.status not in offers.UNDER_WAY:
            return
        match branch.ignored:
            case Slower() if (pace := slower(person.subscriber.pace)) is not None:
                self.person = replace(person, subscriber=replace(person.subscriber, pace=pace))
                self._replan(now)
            case Pause(weeks):
                until = now + timedelta(weeks=weeks) if weeks is not None else None
                self._queued = []
                moved = paused(self._campaign, person, until, now)
                self.person = replace(person, enrolment=moved)

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
        if planned.item < STEP_ITEM:
            yield from self._look_beside(planned, now)
            return
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

    def _look_beside(self, planned: Planned, now: datetime) -> Iterator[Coming]:
        """What the ledger does with an offer or a reminder that is due."""
        person = self.person
        match beside.last_look(
            self._campaign,
            person,
            planned.step,
            due_at=planned.due_at,
            send_before=planned.send_before,
            now=now,
        ):
            case Send():
                yield Coming(now, planned.step, planned.item)
                self._onward(planned.step, planned.item, planned.send_before, now)
            case Wait(until):
                self._queued.append(replace(planned, due_at=until))
            case Cancel():
                pass

    def _onward(self, step: str, item: int, send_before: datetime | None, now: datetime) -> None:
        person = self.person
        if item < STEP_ITEM:
            self._asked.append(
                Asked(step, item, now, offer_looked_at(self._campaign, step, now), answered=False)
            )
            if send_before is not None:
                place = person.enrolment.place.reached(now, person.subscriber.zone)
                enrolment = replace(person.enrolment, place=place)
                self.person = replace(person, enrolment=enrolment)
            return
        self._left.add(step)
        if item > STEP_ITEM:
            at = question_looked_at(self._campaign, person, item, now)
            self._asked.append(Asked(step, item, now, at, answered=False))
        if asks(self._campaign.step(step), item, person.subscriber.check_ins):
            asked = replace(person.subscriber, check_ins=CheckIns.ASKED)
            person = self.person = replace(person, subscriber=asked)
        enrolment = person.enrolment
        if enrolment.next_step == step:
            moved = advance(self._campaign, person, step, now, now)
            self.person = replace(person, enrolment=moved)
        elif send_before is not None:
            place = enrolment.place.reached(now, person.subscriber.zone)
            self.person = replace(person, enrolment=replace(enrolment, place=place))
            self._replan(now)

    def _replan(self, now: datetime) -> None:
        self._queued = [
            each for each in self._queued if each.lane is not Lane.BULK or each.item < STEP_ITEM
        ]
        enrolment = self.person.enrolment
        steps = [each.step for each in self._queued if each.item >= STEP_ITEM]
        if enrolment.next_step not in steps:
            moved = plan(self._campaign, self.person, now)
            self.person = replace(self.person, enrolment=moved)
