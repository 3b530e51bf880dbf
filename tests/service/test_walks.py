"""Every kind of person through every week of the shipped campaign, in both languages.

Each walk is lived on a real database: planned, claimed, composed, settled, answered and chosen.
`WALKS` holds everything that comes, week by week: T1 is the first tip, `ask` the question whether
check-ins are welcome, `?` a question, `!` a reminder, and an offer its branch in brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from domain.examples import MONDAY

from bot.content.load import PHRASES, TEMPLATES, resolve
from bot.content.render import Texts, read_texts
from bot.delivery.compose import compose, compose_offer
from bot.domain.callback import offer_data
from bot.domain.campaign import SKIP, Scale, Step, StepKind
from bot.domain.message import PollMessage, TextMessage
from bot.domain.schedule import is_quiet, local_date
from bot.domain.tailoring import choices
from bot.service import checkins, joining, offers, silence
from bot.service.joining import Choices
from bot.service.records import Records
from bot.store import answers, enrolments, outbox
from bot.store.deliveries import Delivery, Lane
from bot.store.tables import delivery as deliveries
from bot.store.tables import enrolment

from .world import SERIES, World

ZONE = "Europe/Amsterdam"
LANGUAGES = ("nl", "en")
WEEKS = 16
"""So many weeks are looked at: twelve, and those that a break or a slower pace adds."""

Say = Mapping[str, str] | None
"""What somebody answers by question, or None for nothing at all."""


@dataclass(frozen=True)
class Kind:
    """A kind of person: what they say in a week's check-in, and choose under an offer."""

    name: str
    says: Callable[[int], Say]
    chooses: Mapping[str, str] = field(default_factory=dict)
    check_ins: bool = True
    pace: int = 1


STEADY = {"pain": "4", "confidence": "6", "active-days": "4", "change": "same", "pain-when": "now"}
PAINS = {1: "3", 3: "5", 6: "5", 10: "7", 12: "7"}

KINDS = (
    Kind("steady", lambda _week: STEADY),
    Kind("tips only", lambda _week: None, check_ins=False),
    Kind("two-weekly", lambda _week: STEADY, pace=2),
    Kind("worse", lambda week: {**STEADY, "pain": PAINS.get(week, "5")}, {"worse": "help"}),
    Kind(
        "says worse",
        lambda week: {**STEADY, "change": "slightly-worse"} if week < 12 else None,
        {"worse": "not-now"},
    ),
    Kind("inactive", lambda _week: {**STEADY, "active-days": "1"}, {"inactive": "small-step"}),
    Kind("recovered", lambda _week: {**STEADY, "pain": "0"}, {"recovered": "last-tips"}),
    Kind("stays on", lambda _week: {**STEADY, "pain": "0"}, {"recovered": "stay"}),
    Kind("silent", lambda _week: None),
    Kind("silent, slower", lambda _week: None, {"silent": "slower"}),
    Kind("silent, a break", lambda _week: None, {"silent": "pause"}),
    Kind("silent, stops", lambda _week: None, {"silent": "stop"}),
    Kind("silent, stays", lambda _week: None, {"silent": "stay"}),
    Kind("back again", lambda week: None if week < 4 else STEADY, {"silent": "stay"}),
)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return read_texts(resolve(TEMPLATES.parent, "rugpijn"), PHRASES)


class Walk:
    """One person's way, and what came of it week by week."""

    def __init__(self, world: World, texts: Texts, kind: Kind, language: str) -> None:
        self.world = world
        self.texts = texts
        self.kind = kind
        self.language = language
        self.weeks: dict[int, list[str]] = {}
        self.unasked: list[int] = []
        """The days with a message that answered no act."""

    async def live(self, weeks: int) -> None:
        """Pass from moment to moment."""
        end = self.world.now + timedelta(weeks=weeks)
        while True:
            closing = await silence.look_round(self.world.records, self.world.now)
            await silence.closed(self.world.records, closing, self.world.now)
            await self.world.planner.tick()
            while claimed := await self.world.claim():
                for item in claimed:
                    await self._gets(item)
            moment = await self._next()
            if moment is None or moment >= end:
                return
            self.world.now = max(moment, self.world.now + timedelta(minutes=1))

    async def _next(self) -> datetime | None:
        look_at, due_at = deliveries.c.close_at, enrolment.c.next_due_at
        async with self.world.records.db.read() as tx:
            moments = (
                await outbox.next_due_at(tx),
                await enrolments.next_due_at(tx, self.world.records.campaign.key),
                await tx.scalar(sa.select(sa.func.min(look_at, type_=due_at.type))),
            )
        return min(filter(None, moments), default=None)

    async def _gets(self, item: Delivery) -> None:
        message = await self._composed(item)
        await self.world.settle([item])
        days = (local_date(self.world.now, ZONE) - local_date(MONDAY, ZONE)).days
        if item.lane is Lane.BULK:
            assert not is_quiet(self.world.now, ZONE)
            assert days not in self.unasked, f"two messages on day {days}: {item.step}"
            self.unasked.append(days)
        self.weeks.setdefault(days // 7 + 1, []).append(self._told(item))
        if isinstance(message, PollMessage):
            await self._votes(item, message)
        elif item.item < 0 and self.texts.campaign.branch(item.step):
            await self._chooses(item, message)
        elif item.item == 0 and self._step(item).kind is StepKind.CHECK_IN:
            await (self.world.agree if self.kind.check_ins else self.world.decline)()

    def _step(self, item: Delivery) -> Step:
        step = self.texts.campaign.step(item.step)
        assert step is not None
        return step

    def _told(self, item: Delivery) -> str:
        if self.texts.campaign.branch(item.step):
            return f"[{item.step}]"
        if item.item < 0:
            return "!"
        if self._step(item).kind is StepKind.TIP:
            return f"T{self._step(item).week}"
        return "?" if item.item else "ask"

    async def _composed(self, item: Delivery) -> PollMessage | TextMessage:
        """The message, which must be this language's."""
        campaign, texts, language = self.texts.campaign, self.texts, self.language
        branch = campaign.branch(item.step)
        assert item.person.subscriber.language == language
        if branch is not None:
            message = compose_offer(texts, item.person, branch)
            labels = [button.text for row in message.buttons for button in row]
            known = {each.labels[language] for each in branch.choices}
            known |= {texts.plain(f"button.{card}", language) for card in branch.cards}
            assert set(labels) <= known
        else:
            step = campaign.step(item.step)
            assert step is not None
            async with self.world.records.db.read() as tx:
                given = await answers.of_enrolment(tx, item.person.enrolment.id)
            facts = choices(campaign, ((each.question, each.value) for each in given))
            message = compose(texts, step, item.item, language, "", facts)
            if step.kind is StepKind.TIP:
                assert step.titles[language] in message.html
        assert isinstance(message, PollMessage | TextMessage)
        return message

    async def _votes(self, item: Delivery, message: PollMessage) -> None:
        step = self._step(item)
        question = step.questions[item.item - 1]
        assert message.options == question.options[self.language]
        said = self.kind.says(step.week)
        if said is None:
            return
        value = said.get(question.key, SKIP)
        if question.scale is Scale.KNOWLEDGE:
            value = question.correct or SKIP
        poll = next(each.poll_id for each in await self.world.outbox() if each.id == item.id)
        records, now = self.world.records, self.world.now
        option = question.values.index(value)
        await checkins.vote(records, self.world.chat_id, str(poll), option, now)

    async def _chooses(self, item: Delivery, message: TextMessage | PollMessage) -> None:
        key = self.kind.chooses.get(item.step)
        if key is None:
            return
        there = [button.data for row in message.buttons for button in row]
        assert offer_data(key) in there
        world = self.world
        chosen = await offers.choose(world.records, world.chat_id, item.id, key, world.now)
        assert chosen is not None
        assert chosen.choice.key == key


WALKS = {
    "steady": (
        "T1 ask ? | T2 ? ? | T3 ? | T4 ? | T5 ? | T6 ? ? | "
        "T7 ? | T8 ? | T9 ? | T10 ? | T11 ? | T12 ? ? ?"
    ),
    "tips only": ("T1 ask | T2 | T3 | T4 | T5 | T6 | T7 | T8 | T9 | T10 | T11 | T12"),
    "two-weekly": (
        "T1 ask ? |  | T2 ? ? |  | T3 ? |  | T4 ? |  | T5 ? |  | T6 ? ? |  | T7 ? |  | T8 ?"
    ),
    "worse": (
        "T1 ask ? | T2 ? ? | T3 ? [worse] | T4 ? | T5 ? | T6 ? ? | "
        "T7 ? | T8 ? | T9 ? | T10 ? [worse] | T11 ? | T12 ? ? ?"
    ),
    "says worse": (
        "T1 ask ? | T2 ? ? | T3 ? | T4 ? | T5 ? | T6 ? ? [worse] | "
        "T7 ? | T8 ? | T9 ? | T10 ? | T11 ? | T12 ?"
    ),
    "inactive": (
        "T1 ask ? | T2 ? ? | T3 ? | T4 ? | T5 ? | T6 ? ? | "
        "T7 ? | T8 ? [inactive] | T9 ? | T10 ? | T11 ? | T12 ? ? ? [inactive]"
    ),
    "recovered": ("T1 ask ? | T2 ? ? | T3 ? [recovered] | T10 ? | T11 ? | T12 ? ? ?"),
    "stays on": (
        "T1 ask ? | T2 ? ? | T3 ? [recovered] | T4 ? | T5 ? | T6 ? ? | "
        "T7 ? | T8 ? | T9 ? | T10 ? | T11 ? | T12 ? ? ?"
    ),
    "silent": (
        "T1 ask ? ! | T2 ? ! | T3 ? ! [silent] | T4 ? ! |  | T5 ? ! | "
        " | T6 ? ! |  | T7 ? ! |  | T8 ? ! | "
        " | T9 ? ! |  | T10 ? ! [silent]"
    ),
    "silent, slower": (
        "T1 ask ? ! | T2 ? ! | T3 ? ! [silent] |  | T4 ? ! |  | "
        "T5 ? ! |  | T6 ? ! |  | T7 ? ! |  | "
        "T8 ? ! |  | T9 ? !"
    ),
    "silent, a break": (
        "T1 ask ? ! | T2 ? ! | T3 ? ! [silent] |  |  |  | "
        " | T4 ? ! | T5 ? ! | T6 ? ! | T7 ? ! | T8 ? ! | "
        "T9 ? ! | T10 ? ! | T11 ? ! | T12 ?"
    ),
    "silent, stops": ("T1 ask ? ! | T2 ? ! | T3 ? ! [silent]"),
    "silent, stays": (
        "T1 ask ? ! | T2 ? ! | T3 ? ! [silent] | T4 ? ! | T5 ? ! | T6 ? ! | "
        "T7 ? ! | T8 ? ! | T9 ? ! | T10 ? ! | T11 ? ! | T12 ?"
    ),
    "back again": (
        "T1 ask ? ! | T2 ? ! | T3 ? ! [silent] | T4 ? | T5 ? | T6 ? ? | "
        "T7 ? | T8 ? | T9 ? | T10 ? | T11 ? | T12 ? ? ?"
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_every_week_of_every_kind(
    records: Records, texts: Texts, kind: Kind, language: str, thorough: bool
) -> None:
    turn = KINDS.index(kind) + LANGUAGES.index(language) + records.db.is_sqlite
    if not thorough and turn % 2:
        pytest.skip("on the other database, unless it is --thorough")
    world = World(replace(records, campaign=texts.campaign), MONDAY)
    await world.instance.join()
    await joining.enrol(
        world.records, world.chat_id, language=language, zone=ZONE, source="poster",
        wording=replace(SERIES, language=language), now=world.now,
    )  # fmt: skip
    if kind.pace != 1:
        await joining.choose(world.records, world.chat_id, Choices(pace=kind.pace), world.now)
    walk = Walk(world, texts, kind, language)
    await walk.live(WEEKS)
    most = texts.campaign.most_a_week
    assert all(sum(day - 7 < each <= day for each in walk.unasked) <= most for day in walk.unasked)
    expected = dict(enumerate(WALKS[kind.name].split("|"), 1))
    for week in range(1, WEEKS + 1):
        assert walk.weeks.get(week, []) == expected.get(week, "").split(), f"week {week}"
