"""Random sequences of everything that people, Telegram and time can do, on both databases.

Whatever the order, nobody is lost, nothing queued survives a stop, and no step comes twice.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable

from domain.examples import MONDAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain
from bot.domain.schedule import Part, is_quiet
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service import forgetting, joining
from bot.service.joining import Choices
from bot.service.records import Records
from bot.store.deliveries import Delivery, Lane, State

from .world import SERIES, World

Act = tuple[str, object]

OUTCOMES: tuple[Outcome | None, ...] = (
    None,  # Sent
    Blocked("blocked"),
    Refused("refused"),
    Flood(3),
    NotSent("no connection"),
    Uncertain("timeout"),
)

acts = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("on time"), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("on time"), st.none()),
    st.tuples(st.just("tick"), st.none()),
    st.tuples(st.just("claim"), st.none()),
    st.tuples(st.just("settle"), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("crash"), st.none()),
    st.tuples(st.just("turn"), st.integers(1, 24 * 60)),
    st.tuples(st.just("turn"), st.integers(1, 36)),
    st.tuples(
        st.sampled_from(("enrol", "stop", "block", "resume", "start again", "agree", "decline")),
        st.none(),
    ),
    st.tuples(st.just("pause"), st.sampled_from((None, 1, 4))),
    st.tuples(
        st.just("choose"),
        st.sampled_from(
            (
                Choices(weekday=3),
                Choices(part=Part.EVENING),
                Choices(zone="Pacific/Auckland"),
                Choices(zone="America/New_York", pace=2),
                Choices(language="en"),
            )
        ),
    ),
    st.tuples(st.just("vote"), st.sampled_from((0, 3, 9, None))),
)

chats = itertools.count(1)


class Story:
    """One person's sequence of acts, looked at after each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leaving: list[Delivery] = []
        self.sent: Counter[tuple[int, str, int]] = Counter()
        self.do: dict[str, Callable[[object], Awaitable[object]]] = {
            "deliver": self._deliver,
            "on time": self._on_time,
            "tick": lambda _: world.planner.tick(),
            "claim": self._claim,
            "settle": self._settle,
            "crash": self._crash,
            "turn": self._turn,
            "enrol": lambda _: world.enrol(),
            "stop": lambda _: joining.stop(world.records, world.chat_id, world.now),
            "block": lambda _: joining.blocked(world.records, world.chat_id, world.now),
            "resume": lambda _: joining.resume(world.records, world.chat_id, world.now),
            "start again": lambda _: joining.start_again(
                world.records, world.chat_id, SERIES, world.now
            ),
            "agree": lambda _: world.agree(),
            "decline": lambda _: world.decline(),
            "pause": self._pause,
            "choose": self._choose,
            "vote": self._vote,
        }

    async def _deliver(self, outcome: object) -> None:
        await self.world.planner.tick()
        await self._claim(None)
        await self._settle(outcome)

    async def _on_time(self, outcome: object) -> None:
        person = await joining.look(self.world.records, self.world.chat_id)
        if person is not None and person.enrolment.next_due_at is not None:
            self.world.now = max(self.world.now, person.enrolment.next_due_at)
        await self._deliver(outcome)

    async def _claim(self, _: object) -> None:
        claimed = await self.world.claim()
        for item in claimed:
            self._may_leave(item)
        self.leaving += claimed

    def _may_leave(self, item: Delivery) -> None:
        person = item.person
        if item.lane is Lane.BULK:
            assert person.enrolment.status is Status.ACTIVE
            assert not is_quiet(self.world.now, person.subscriber.zone)
        assert person.enrolment.status not in (Status.LEFT, Status.BLOCKED)
        if item.item > 0:
            assert person.subscriber.check_ins is CheckIns.YES

    async def _settle(self, outcome: object) -> None:
        leaving, self.leaving = self.leaving, []

        def result(item: Delivery) -> Outcome:
            done = self.world.sent(item) if outcome is None else outcome
            assert isinstance(done, Sent | Blocked | Refused | Flood | NotSent | Uncertain)
            if isinstance(done, Sent | Uncertain):
                self.sent[item.person.enrolment.id, item.step, item.item] += 1
            return done

        await self.world.settle(leaving, result)

    async def _crash(self, _: object) -> None:
        for item in self.leaving:
            self.sent[item.person.enrolment.id, item.step, item.item] += 1
        self.leaving = []
        await self.world.restart()

    async def _turn(self, hours: object) -> None:
        assert isinstance(hours, int)
        self.world.turn(hours=hours)

    async def _pause(self, weeks: object) -> None:
        assert weeks is None or isinstance(weeks, int)
        await joining.pause(self.world.records, self.world.chat_id, weeks, self.world.now)

    async def _choose(self, choices: object) -> None:
        assert isinstance(choices, Choices)
        await joining.choose(self.world.records, self.world.chat_id, choices, self.world.now)

    async def _vote(self, option: object) -> None:
        assert option is None or isinstance(option, int)
        polls = [item.poll_id for item in await self.world.outbox(State.SENT) if item.poll_id]
        await self.world.vote(polls[-1] if polls else "unknown", option)

    async def check(self) -> None:
        """What holds after every act."""
        person = await joining.look(self.world.records, self.world.chat_id)
        if person is None:
            return
        deliveries = await self.world.outbox()
        assert max(self.sent.values(), default=0) <= 1, f"twice: {self.sent}"
        open_ = [item for item in deliveries if item.status in (State.QUEUED, State.SENDING)]
        bulk = [
            item
            for item in open_
            if item.lane is Lane.BULK and item.status is State.QUEUED and item.item >= 0
        ]
        assert len(bulk) <= 1
        assert all(item.person.enrolment.id == person.enrolment.id for item in bulk)
        self._check_standing(person, open_)
        consents = await self.world.consents()
        standing = dict(consents)
        given = standing["series"] == "given"
        assert given is (person.enrolment.status is not Status.LEFT)
        agreed = standing.get("check-ins") == "given"
        assert agreed is (person.subscriber.check_ins is CheckIns.YES)

    def _check_standing(self, person: Person, open_: list[Delivery]) -> None:
        enrolment = person.enrolment
        mine = [item for item in open_ if item.person.enrolment.id == enrolment.id]
        queued = [item for item in mine if item.status is State.QUEUED]
        match enrolment.status:
            case Status.ACTIVE:
                on_its_way = any(item.step == enrolment.next_step for item in mine)
                assert enrolment.next_due_at is not None or on_its_way, "nothing will ever come"
            case Status.PAUSED:
                dated = enrolment.next_due_at is not None
                assert dated is (enrolment.paused_until is not None) or mine
            case Status.LEFT | Status.BLOCKED:
                assert enrolment.next_due_at is None
                assert queued == [] or any(item.tries for item in queued)
            case Status.FINISHED:
                assert enrolment.next_due_at is None
                assert all(item.item for item in queued)


@settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(acts, min_size=5, max_size=40))
async def test_whatever_people_do_nobody_is_lost_and_nothing_comes_twice(
    records: Records, story: list[Act]
) -> None:
    world = World(records, MONDAY, next(chats))
    told = Story(world)
    await told.do["enrol"](None)
    await told.check()
    for what, value in story:
        await told.do[what](value)
        await told.check()
    await told.do["crash"](None)
    await to_the_end(told)
    assert await forgetting.forget_chat(records.db, records.cipher, world.chat_id)
    assert sum((await world.rows("meta", "wording")).values()) == 0


async def to_the_end(told: Story) -> None:
    """Whoever comes back gets the rest of the series, and it ends."""
    world = told.world
    await told.do["enrol"](None)
    await told.do["resume"](None)
    for _ in range(40):
        person = await world.person()
        if person.enrolment.status is Status.FINISHED:
            break
        queued = [item.due_at for item in await world.outbox(State.QUEUED)]
        moments = [*queued, *filter(None, [person.enrolment.next_due_at])]
        world.now = max(world.now, min(moments))
        await told.do["deliver"](None)
        await told.check()
    else:
        raise AssertionError("the series never ends")
    came = [
        item.step
        for item in await world.outbox(State.SENT, State.UNCERTAIN, State.FAILED)
        if item.person.enrolment.id == person.enrolment.id and item.step.startswith("tip")
    ]
    assert sorted(came) == ["tip-1", "tip-2", "tip-3", "tip-4"]
