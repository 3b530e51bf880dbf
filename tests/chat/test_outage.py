"""An outage stops the sending, is told to the operators, and passes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from chat.conftest import ADMIN, Stage
from chat.states import wording
from sqlalchemy.exc import OperationalError

from bot.delivery.breaker import Trouble
from bot.delivery.ledger import Claims
from bot.domain.outcome import NotSent
from bot.rehearsal.emulator import Fault
from bot.rehearsal.emulator.people import Person
from bot.service import joining
from bot.store.tables import delivery, enrolment


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault("unauthorized", "sendMessage", times=None), Trouble.UNAUTHORISED),
        (Fault("server_error", "sendMessage", times=None), Trouble.UNREACHABLE),
        (Fault("forbidden", "sendMessage", times=None), Trouble.BLOCKED),
    ],
    ids=lambda value: value if isinstance(value, Trouble) else "",
)
async def test_an_outage_stops_the_sending_until_it_is_over(
    stage: Stage, fault: Fault, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.sender.PROBES", (0.2,))
    monkeypatch.setattr("bot.delivery.breaker.CONFIRMED_WITHIN", 0.2)
    app, world = stage.app, stage.world
    admin = world.person(ADMIN)
    admin.start()
    people = [world.person(chat) for chat in range(1, 21)]
    for person in people:
        person.start()
    await stage.quiet()
    before = len(admin.chat)
    world.faults.order(fault)
    for method in ("sendChatAction", "getMe"):
        world.faults.order(Fault(fault.kind, method, times=None))
    for person in people:
        await enrol(stage, person)
    app.sender.wake()
    await world.until(lambda: app.sender.trouble is trouble)
    assert not (await app.ready())["sending"]
    world.faults.clear()
    await world.until(lambda: app.sender.trouble is None)
    await world.until(lambda: len(admin.chat) > before)
    async with app.records.db.read() as tx:
        assert set(await tx.scalars(sa.select(enrolment.c.status))) == {"active"}
        lost = await tx.scalars(sa.select(delivery.c.status).where(delivery.c.status == "failed"))
        assert not lost.all()


async def enrol(stage: Stage, person: Person) -> None:
    """Someone who has started agrees; the first tip is due."""
    await joining.enrol(
        stage.app.records,
        person.id,
        language="nl",
        zone="Europe/Amsterdam",
        source="poster",
        wording=wording(stage, joining.SERIES, person),
        now=stage.app.clock.now(),
    )


async def statuses(stage: Stage) -> list[str]:
    async with stage.app.records.db.read() as tx:
        return list(await tx.scalars(sa.select(delivery.c.status)))


async def test_what_was_being_claimed_when_sending_stopped_does_not_leave(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, world = stage.app, stage.world
    person = world.person(1)
    person.start()
    await stage.quiet()
    claim = app.ledger.claim
    claimed = asyncio.Event()
    halts: list[asyncio.Task[None]] = []

    async def slow(*args: Any) -> Claims:
        claims = await claim(*args)
        if claims.claimed:
            while not app.sender._breaker.note(NotSent("no connection")):
                pass
            halts.append(asyncio.create_task(app.sender._halt()))
            claimed.set()
        return claims

    monkeypatch.setattr(app.ledger, "claim", slow)
    await enrol(stage, person)
    before = len(person.chat)
    app.sender.wake()
    await claimed.wait()
    await asyncio.gather(*halts)
    await world.until(lambda: app.sender.idle)
    assert len(person.chat) == before
    assert await statuses(stage) == ["queued"]


async def test_what_waits_for_its_moment_is_queued_again_though_the_database_is_slow_to_return(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, world = stage.app, stage.world
    person = world.person(1)
    person.start()
    await stage.quiet()
    release = app.ledger.release
    tries = 0

    async def failing(**given: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OperationalError("", None, OSError("gone"))
        await release(**given)

    async def forever(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(app.ledger, "release", failing)
    monkeypatch.setattr(app.pacer, "moment", forever)
    await enrol(stage, person)
    app.sender.wake()
    async with asyncio.timeout(5):
        while await statuses(stage) != ["sending"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await app.sender.stop(5)
    assert await statuses(stage) == ["queued"]
    assert tries == 2


def step_clock(stage: Stage, by: timedelta) -> None:
    """Set the wall clock, as an administrator or a time server would; nothing else moves."""
    stage.app.clock._shown += by


async def first_tips(stage: Stage, people: Sequence[Person]) -> list[int]:
    """How often each person got the first tip."""
    step = stage.app.records.campaign.steps[0].key
    title = stage.app.texts.tip(step, "nl").splitlines()[0]
    title = re.sub("<[^>]+>", "", title)
    return [sum(str(m.get("text")).startswith(title) for m in each.chat) for each in people]


async def test_a_clock_that_steps_an_hour_loses_nobody_and_repeats_nothing(stage: Stage) -> None:
    app, world = stage.app, stage.world
    world.faults.order(Fault("latency", "sendMessage", times=None, seconds=(0.01, 0.1)))
    people = [world.person(chat) for chat in range(1, 41)]
    for person in people:
        person.start()
    await stage.quiet()
    for number, person in enumerate(people):
        await enrol(stage, person)
        app.sender.wake()
        if number % 5 == 0:
            step_clock(stage, timedelta(hours=1 if number % 10 else -1))
    step_clock(stage, timedelta(hours=2))
    await stage.quiet()
    assert await first_tips(stage, people) == [1] * len(people)
    assert set(await statuses(stage)) == {"sent"}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_outage_of_an_hour_loses_nobody_and_repeats_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, when: Literal["before", "after"]
) -> None:
    monkeypatch.setattr("bot.delivery.sender.PROBES", (0.1,))
    app, world = stage.app, stage.world
    people = [world.person(chat) for chat in range(1, 23)]
    for person in people:
        person.start()
    await stage.quiet()
    for method in ("sendMessage", "sendChatAction", "getMe", "getUpdates"):
        world.faults.order(Fault("cut", method, when=when, times=None))
    for person in people[:10]:
        await enrol(stage, person)
    app.sender.wake()
    await world.until(lambda: app.sender.trouble is Trouble.UNREACHABLE)
    for number in range(12):
        step_clock(stage, timedelta(minutes=5))
        await enrol(stage, people[10 + number])
        await app.rounds.tick()
        await asyncio.sleep(0.05)
    assert app.sender.trouble is Trouble.UNREACHABLE
    world.faults.clear()
    await world.until(lambda: app.sender.trouble is None)
    step_clock(stage, timedelta(minutes=2))
    await stage.quiet()
    doubtful = (await statuses(stage)).count("uncertain")
    tips = await first_tips(stage, people)
    assert max(tips) == 1
    # What left before the outage was noticed is in doubt: it came, or it didn't.
    assert tips.count(0) == (0 if when == "after" else doubtful)
    assert set(await statuses(stage)) <= {"sent", "uncertain"}
    assert 0 < doubtful <= 10
    assert tips[10:] == [1] * 12
