"""Whatever people answer or leave open, nobody hears from the campaign more often than it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from domain.examples import ACTIVE, MONDAY, PAIN, SURE, campaign_of, check_in, tip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.domain.branch import Branch, Choice, Jump, Pause, Slower
from bot.domain.campaign import Campaign
from bot.domain.condition import Answered, AnyOf, Moved, Silent
from bot.domain.schedule import Part, is_quiet, local_date
from bot.service import checkins, joining, offers
from bot.service.joining import Choices
from bot.service.records import Records
from bot.store import timeline
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.deliveries import Delivery, Lane, State

from .live import CHECK_INS, ZONE, Live

CHAT = 1
HOURS = timedelta(hours=1)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Steps on days near each other, branches that come true often, and a budget."""
    day, steps = 0, [tip("s0", 0)]
    for number in range(1, draw(st.integers(4, 9))):
        day += draw(st.integers(1, 5))
        asked = draw(st.sampled_from(((), (PAIN,), (SURE, PAIN), (ACTIVE,))))
        key = f"s{number}"
        steps.append(check_in(key, day, *asked) if asked else tip(key, day))
    last = [step.key for step in steps if not step.questions][-1]
    branches = (
        branch(
            draw, "worse", AnyOf((Moved("pain", 1), Answered("sure", frozenset("01")))), Pause(1)
        ),
        branch(draw, "fine", Answered("pain", frozenset("012")), Jump(last)),
        branch(draw, "silent", Silent(draw(st.integers(1, 2))), Slower()),
    )
    most = draw(st.integers(1, 4))
    return replace(campaign_of(*steps), branches=branches, most_a_week=most)


def branch(
    draw: st.DrawFn, key: str, when: AnyOf | Answered | Silent, does: Jump | Pause | Slower
) -> Branch:
    rest = timedelta(days=draw(st.integers(7, 30)))
    ignored = draw(st.sampled_from((None, Slower(), Pause(1))))
    both = (Choice("yes", {}, does), Choice("no", {}))
    return Branch(key, when, both, rest=rest, ignored=ignored)


acts = st.one_of(
    st.tuples(st.just("live"), st.integers(6, 24 * 9)),
    st.tuples(st.just("live"), st.integers(6, 24 * 9)),
    st.tuples(st.just("vote"), st.integers(0, 9)),
    st.tuples(st.just("vote"), st.integers(0, 9)),
    st.tuples(st.just("choose"), st.sampled_from((0, 1))),
    st.tuples(st.just("outage"), st.integers(1, 24 * 6)),
    st.tuples(st.just("weekday"), st.integers(0, 6)),
    st.tuples(st.just("part"), st.integers(0, 2)),
    st.tuples(st.just("pause"), st.integers(0, 1)),
)


async def act(live: Live, what: str, value: int) -> None:
    records, now = live.records, live.now
    match what:
        case "live":
            await live.until(now + value * HOURS)
        case "outage":
            live.now += value * HOURS
        case "vote":
            polls = [item.poll_id for item in await sent(live) if item.poll_id]
            if polls:
                await checkins.vote(records, CHAT, str(polls[-1]), value, now)
                await live.deliver()
        case "choose":
            made = [item.id for item in await sent(live) if item.item < 0]
            key = ("yes", "no")[value]
            if made and await offers.choose(records, CHAT, made[-1], key, now):
                await live.deliver()
        case "weekday":
            await joining.choose(records, CHAT, Choices(weekday=value), now)
        case "part":
            await joining.choose(records, CHAT, Choices(part=list(Part)[value]), now)
        case "pause":
            await joining.pause(records, CHAT, 1, now)
            if value:
                await joining.resume(records, CHAT, now)


async def sent(live: Live) -> list[Delivery]:
    async with live.records.db.read() as tx:
        return await timeline.listed(tx, [State.SENT])


@pytest.fixture
async def on_sqlite(sqlite_url: URL, cipher: Cipher) -> AsyncIterator[Records]:
    db = Database(sqlite_url)
    yield Records(db, cipher, campaign_of(tip("none", 0)))
    await db.close()


@settings(
    max_examples=settings().max_examples // 8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(campaigns(), st.lists(acts, min_size=8, max_size=30))
async def test_no_seven_days_hold_too_many(
    on_sqlite: Records, campaign: Campaign, story: list[tuple[str, int]]
) -> None:
    live = Live(Records(on_sqlite.db, on_sqlite.cipher, campaign), MONDAY)
    await live.clear()
    await live.enrol(CHAT, ZONE)
    await checkins.agree(live.records, CHAT, CHECK_INS, live.now)
    for what, value in story:
        await act(live, what, value)
    await live.until(live.now + timedelta(days=30))
    unasked = [at for at, _, _, lane in live.lanes if lane is Lane.BULK]
    days = [local_date(at, ZONE).toordinal() for at in unasked]
    assert not any(is_quiet(at, ZONE) for at in unasked)
    assert len(set(days)) == len(days), "two on one day"
    week = [sum(day - 7 < each <= day for each in days) for day in days]
    assert max(week, default=0) <= campaign.most_a_week
    came = Counter((step, item) for _, step, item, _ in live.lanes)
    assert max(came.values()) == 1, "twice"
