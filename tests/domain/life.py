"""One person's way through a series by the pure rules alone, under a clock that may stand still."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import WINDOW, Reschedule, Send, Slot, Wait, due, is_quiet, local_date
from bot.domain.series import (
    Cancel,
    advance,
    last_look,
    next_step,
    paused,
    plan,
    resumed,
)
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status


@dataclass(frozen=True)
class Came:
    """A step that reached the person, with the zone that was theirs at that moment."""

    step: str
    at: datetime
    zone: str


@dataclass
class Queued:
    step: str
    due_at: datetime
    send_before: datetime | None


@dataclass
class Life:
    """What planner and sender do for one person, without a database."""

    campaign: Campaign
    person: Person
    now: datetime
    came: list[Came] = field(default_factory=list)
    queued: Queued | None = None

    def __post_init__(self) -> None:
        first = self.campaign.steps[0].key
        self.queued = Queued(first, self.now, None)
        self.person = replace(
            self.person, enrolment=replace(self.person.enrolment, next_step=first)
        )

    @property
    def over(self) -> bool:
        return self.person.enrolment.status is Status.FINISHED

    @property
    def next_moment(self) -> datetime | None:
        """When something is to be done next."""
        return self.queued.due_at if self.queued else self.person.enrolment.next_due_at

    def set(self, enrolment: Enrolment) -> None:
        self.person = replace(self.person, enrolment=enrolment)

    def turn_to(self, moment: datetime) -> None:
        """Nobody looked for a while; now the program does."""
        self.now = max(self.now, moment)
        self._plan()
        self._send()

    def _plan(self) -> None:
        enrolment = self.person.enrolment
        if self.queued or enrolment.next_due_at is None or enrolment.next_due_at > self.now:
            return
        if enrolment.status is Status.PAUSED:
            self.set(replace(enrolment, status=Status.ACTIVE, paused_until=None))
        step = next_step(self.campaign, self.person)
        if step is None:
            self.set(plan(self.campaign, self.person, self.now))
            return
        moment = enrolment.next_due_at
        self.set(replace(self.person.enrolment, next_step=step.key, next_due_at=None))
        self.queued = Queued(step.key, moment, moment + WINDOW)

    def _send(self) -> None:
        queued = self.queued
        if queued is None or queued.due_at > self.now:
            return
        step = self.campaign.step(queued.step)
        assert step is not None
        look = last_look(
            self.campaign,
            self.person,
            queued.step,
            poll=step.kind is StepKind.CHECK_IN,
            due_at=queued.due_at,
            send_before=queued.send_before,
            now=self.now,
        )
        match look:
            case Send():
                self.queued = None
                self.came.append(Came(queued.step, self.now, self.person.subscriber.zone))
                self.set(advance(self.campaign, self.person, queued.step, self.now, self.now))
            case Wait(until):
                assert until > self.now
                queued.due_at = until
            case Reschedule():
                rhythm = self.person.subscriber.rhythm
                later = due(self.campaign, step, self.person.enrolment.place, rhythm, self.now)
                assert later >= self.now
                self.queued = Queued(queued.step, later, later + WINDOW)
            case Cancel():
                self._replan()

    def _replan(self) -> None:
        self.queued = None
        self.set(plan(self.campaign, self.person, self.now))

    def pause(self, until: datetime | None) -> None:
        if not self.over:
            self.queued = None
            self.set(paused(self.campaign, self.person, until, self.now))

    def resume(self) -> None:
        if self.person.enrolment.status is Status.PAUSED:
            self.set(resumed(self.campaign, self.person, self.now))

    def choose(
        self,
        *,
        zone: str | None = None,
        slot: Slot | None = None,
        pace: int | None = None,
        check_ins: CheckIns | None = None,
    ) -> None:
        """A change of settings. The tip that answers the enrolment itself stays queued."""
        changes = {"zone": zone, "slot": slot, "pace": pace, "check_ins": check_ins}
        given = {name: value for name, value in changes.items() if value is not None}
        self.person = replace(self.person, subscriber=replace(self.person.subscriber, **given))
        if self.queued is None or self.queued.send_before is not None:
            self._replan()

    def on_time_to_the_end(self, late: timedelta = timedelta(), most: int = 400) -> None:
        """From here on the program always looks when something is due, `late` at most."""
        for _ in range(most):
            if self.over:
                return
            if self.person.enrolment.status is Status.PAUSED and self.next_moment is None:
                self.resume()
            assert self.next_moment is not None, "active, and nothing will ever come"
            self.turn_to(self.next_moment + late)
        raise AssertionError("the series never ends")

    def check(self) -> None:
        """Order, quiet hours, one step a day: what must hold whatever happened."""
        positions = [self.campaign.position(came.step) for came in self.came]
        assert positions == sorted(set(positions)), "out of order or twice"
        for came in self.came[1:]:
            assert not is_quiet(came.at, came.zone), f"{came} comes in quiet hours"
        for before, came in pairwise(self.came):
            days = local_date(before.at, came.zone), local_date(came.at, came.zone)
            assert days[0] < days[1], f"{before} and {came} come on one day"

    @property
    def tips(self) -> list[Came]:
        kinds = {step.key: step.kind for step in self.campaign.steps}
        return [came for came in self.came if kinds[came.step] is StepKind.TIP]
