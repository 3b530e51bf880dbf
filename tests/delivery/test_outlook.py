"""What `plan` says is what then happens: the outlook beside the real planner and ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from domain.examples import ACTIVE, MONDAY, PAIN, campaign_of, check_in, small_campaign, tip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.domain.branch import Branch, Choice, Pause, Slower
from bot.domain.campaign import Campaign, Step, StepKind, booster
from bot.domain.changes import Before, Change
from bot.domain.condition import Silent
from bot.domain.outcome import Blocked, NotSent, Refused, Uncertain
from bot.domain.schedule import Part, local_date
from bot.service import boosters, checkins, joining
from bot.service.joining import Choices
from bot.service.records import Records
from bot.store import timeline
from bot.store.cipher import Cipher
from bot.store.consents import Wording
from bot.store.database import Database
from bot.store.deliveries import State

from .live import CHECK_INS, WEEK, ZONE, Live, happened, said

ZONES = ("Europe/Amsterdam", "Pacific/Auckland", "America/Paramaribo", "Asia/Kathmandu")
BOOSTERS = Wording(boosters.BOOSTERS, 1, "nl", "Ik wil elke maand een tip.")
HALF_A_DAY = timedelta(hours=12)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Up to nine steps, the first a tip, on growing days that need not be weeks."""
    day, steps = 0, [tip("s0", 0)]
    for number in range(1, draw(st.integers(3, 8))):
        day += draw(st.integers(1, 4))
        kind = draw(st.sampled_from(("tip", "check-in", "long check-in")))
        if kind == "tip":
            steps.append(tip(f"s{number}", day))
        else:
            asked = (PAIN, ACTIVE) if kind == "long check-in" else (PAIN,)
            steps.append(check_in(f"s{number}", day, *asked))
    ignored = draw(st.sampled_from((None, Slower(), Pause(1))))
    yes = Choice("yes", {}, Slower())
    silent = Branch("silent", Silent(draw(st.integers(1, 3))), (yes,), ignored=ignored)
    most = draw(st.integers(2, 7))
    return replace(campaign_of(*steps), branches=(silent,), most_a_week=most)


@st.composite
def edits(draw: st.DrawFn, campaign: Campaign) -> Campaign:
    """Steps removed, added and put elsewhere; then days anew."""
    steps = list(campaign.steps)
    for number in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(steps) - 1))
        match draw(st.sampled_from(("remove", "add tip", "add check-in", "move"))):
            case "remove" if len(steps) > 1:
                del steps[place]
            case "add tip":
                steps.insert(place, tip(f"new{number}", 0))
            case "add check-in":
                steps.insert(place + 1, check_in(f"new{number}", 0))
            case "move":
                steps.insert(draw(st.integers(0, len(steps) - 1)), steps.pop(place))
    first = next((i for i, step in enumerate(steps) if step.kind is StepKind.TIP), None)
    if first is None:
        steps.insert(0, tip("new", 0))
    else:
        steps.insert(0, steps.pop(first))
    day, dated = -1, []
    for step in steps:
        day = 0 if not dated else day + draw(st.integers(1, 4))
        dated.append(Step(step.key, step.kind, day, day // 7 + 1, (), step.questions))
    return replace(campaign, steps=tuple(dated))


chats = st.integers(1, 3)
acts = st.one_of(
    st.tuples(st.just("live"), st.integers(1, 40)),
    st.tuples(st.just("live"), st.integers(1, 40)),
    st.tuples(st.just("outage"), st.integers(1, 14)),
    st.tuples(
        st.just("fail"),
        st.sampled_from((Blocked("b"), Refused("r"), NotSent("n"), Uncertain("u"))),
    ),
    st.tuples(st.just("agree"), chats),
    st.tuples(st.just("decline"), chats),
    st.tuples(st.just("vote"), chats),
    st.tuples(st.just("stop"), chats),
    st.tuples(st.just("enrol"), chats),
    st.tuples(st.just("pause"), st.tuples(chats, st.sampled_from((None, 1, 2)))),
    st.tuples(
        st.just("choose"),
        st.tuples(
            chats,
            st.builds(
                Choices,
                weekday=st.none() | st.integers(0, 6),
                part=st.none() | st.sampled_from(Part),
                zone=st.none() | st.sampled_from(ZONES),
                pace=st.none() | st.integers(1, 3),
            ),
        ),
    ),
)
endings = st.sampled_from(("nothing", "tick", "claim"))


async def act(live: Live, what: str, value: object) -> None:
    records, now = live.records, live.now
    match what, value:
        case "live", int() as days:
            await live.until(now + days * HALF_A_DAY)
        case "outage", int() as days:
            live.now += days * HALF_A_DAY
        case "fail", Blocked() | Refused() | NotSent() | Uncertain():
            await live.deliver(value)
        case "agree", int() as chat:
            await checkins.agree(records, chat, CHECK_INS, now)
        case "decline", int() as chat:
            await checkins.decline(records, chat, now)
        case "vote", int() as chat:
            await vote(live, chat)
        case "stop", int() as chat:
            await joining.stop(records, chat, now)
        case "enrol", int() as chat:
            await live.enrol(chat, ZONES[chat])
        case "pause", (int() as chat, None | int() as weeks):
            await joining.pause(records, chat, weeks, now)
        case "choose", (int() as chat, Choices() as choices):
            await joining.choose(records, chat, choices, now)


async def vote(live: Live, chat: int) -> None:
    """A vote in the person's last poll: the next question follows."""
    ref = live.records.cipher.hide_chat(chat)
    async with live.records.db.read() as tx:
        polls = [
            each.poll_id
            for each in await timeline.listed(tx, [State.SENT])
            if each.chat_ref == ref and each.poll_id
        ]
    if polls:
        await checkins.vote(live.records, chat, polls[-1], 1, live.now)


async def week(live: Live, edited: Campaign) -> dict[tuple[int, str], int]:
    """What the outlook says of the coming week, by days from now, which is what then comes."""
    told = said(await live.outlook(edited))
    since, today = len(live.left), local_date(live.now, ZONE)
    await live.edit(edited)
    await live.until(live.now + WEEK)
    assert told == happened(live, since)
    return {((day - today).days, step): n for (day, step), n in told.items()}


@pytest.fixture
async def on_sqlite(sqlite_url: URL, cipher: Cipher) -> AsyncIterator[Records]:
    db = Database(sqlite_url)
    yield Records(db, cipher, small_campaign())
    await db.close()


@settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
async def test_the_week_that_is_told_is_the_week_that_comes(
    on_sqlite: Records, data: st.DataObject
) -> None:
    campaign = data.draw(campaigns())
    live = Live(Records(on_sqlite.db, on_sqlite.cipher, campaign), MONDAY)
    await live.clear()
    for chat in range(1, data.draw(st.integers(1, 3)) + 1):
        await live.enrol(chat, data.draw(st.sampled_from(ZONES)))
        if data.draw(st.booleans()):
            await checkins.agree(live.records, chat, CHECK_INS, live.now)
    await live.until(live.now + data.draw(st.integers(0, 60)) * HALF_A_DAY)
    for what, value in data.draw(st.lists(acts, max_size=8)):
        await act(live, what, value)
    ending = data.draw(endings)
    if ending != "nothing":
        await live.planner.tick()
    if ending == "claim":
        await live.claim()  # And the program ends before an answer comes.
    edited = data.draw(edits(campaign))
    await week(live, edited)


@pytest.fixture
async def live(records: Records) -> Live:
    """Four people who have come as far as the second tip, and are due tomorrow."""
    live = Live(records, MONDAY)
    for chat in range(1, 5):
        await live.enrol(chat, ZONE)
    await live.until(MONDAY + timedelta(days=13))
    assert Counter(step for _, step, _ in live.left) == {"tip-1": 4, "check-1": 4, "tip-2": 4}
    return live


SMALL = small_campaign()
TIP_1, CHECK_1, TIP_2, CHECK_2, TIP_3, TIP_4, CHECK_4 = SMALL.steps
BEFORE = Before([[step.key for step in SMALL.steps]], {step.key: step.day for step in SMALL.steps})


def edited(*steps: Step | tuple[Step, int]) -> Campaign:
    """The campaign with these steps, some on another day."""
    return campaign_of(
        *(replace(each[0], day=each[1]) if isinstance(each, tuple) else each for each in steps)
    )


async def test_an_unchanged_campaign_goes_on(live: Live) -> None:
    found = await live.outlook(SMALL, BEFORE)
    assert (found.under_way, found.affected, found.withdrawn, found.steps) == (4, 0, 0, ())
    assert found.people == {"active": 4}
    assert await week(live, SMALL) == {(1, "tip-3"): 4}


async def test_boosters_are_told_too(live: Live) -> None:
    """Two of them asked for one tip a month, and the first booster leaves the campaign."""
    both = replace(SMALL, boosters=(booster(TIP_1, 52, 4), booster(TIP_2, 80, 4)))
    await live.edit(both)
    await live.until(MONDAY + timedelta(days=28))
    for chat in (1, 2):
        assert await boosters.agree(live.records, chat, BOOSTERS, live.now)
    assert await boosters.agree(live.records, 3, BOOSTERS, live.now)
    await joining.stop(live.records, 3, live.now)
    since = len(live.left)
    await live.until(MONDAY + timedelta(days=46))
    assert live.left[since:] == []
    assert await week(live, both) == {(3, "monthly_tip-1"): 2}
    await live.until(live.now + timedelta(days=18))
    one = replace(SMALL, boosters=both.boosters[1:])
    await week(live, one)
    await live.until(live.now + timedelta(days=60))
    assert [step for _, step, _ in live.left[since:]] == ["monthly_tip-1"] * 2 + [
        "monthly_tip-2"
    ] * 2
    found = await live.outlook(one)
    assert (found.under_way, found.people) == (0, {"finished": 3, "left": 1})


async def test_a_step_added_behind_somebody_is_missed_and_one_ahead_comes(live: Live) -> None:
    campaign = edited(
        TIP_1, tip("late", 2), CHECK_1, TIP_2, CHECK_2, TIP_3, check_in("soon", 16), TIP_4, CHECK_4
    )
    await joining.choose(live.records, 1, Choices(weekday=3), live.now)
    found = await live.outlook(campaign, BEFORE)
    late, soon = found.steps
    assert (late.step, late.change, late.missed, late.to_come) == ("late", Change.ADDED, 4, 0)
    assert (soon.step, soon.change, soon.missed, soon.to_come) == ("soon", Change.ADDED, 0, 0)
    assert (found.under_way, found.affected) == (4, 4)
    # They were asked about check-ins once and gave no answer, so that none comes.
    assert await week(live, campaign) == {(1, "tip-3"): 3, (4, "tip-3"): 1}


async def test_a_step_that_moved_ahead_of_who_had_it_does_not_come_again(live: Live) -> None:
    campaign = edited(TIP_1, CHECK_1, (TIP_3, 7), (TIP_2, 14), TIP_4)
    found = await live.outlook(campaign, BEFORE)
    changes = {each.step: each.change for each in found.steps}
    assert changes == {
        "tip-3": Change.SHIFTED,
        "tip-2": Change.MOVED,
        "check-2": Change.GONE,
        "check-4": Change.GONE,
    }
    assert [(each.again, each.to_come) for each in found.steps[:2]] == [(0, 4), (4, 0)]
    assert await week(live, campaign) == {(1, "tip-3"): 4}
    assert await week(live, campaign) == {(1, "tip-4"): 4}


async def test_who_waits_for_a_step_that_is_gone_gets_the_next(live: Live) -> None:
    campaign = edited(TIP_1, CHECK_1, TIP_2, CHECK_2, TIP_4, CHECK_4)
    found = await live.outlook(campaign, BEFORE)
    (gone,) = found.steps
    assert (gone.step, gone.change, gone.next_up, gone.day, gone.was) == (
        "tip-3", Change.GONE, 4, None, 14,
    )  # fmt: skip
    assert (found.affected, found.withdrawn) == (4, 0)
    await week(live, campaign)


async def test_what_is_queued_of_a_step_that_is_gone_is_withdrawn(live: Live) -> None:
    live.now = MONDAY + timedelta(days=14, hours=2)
    await live.planner.tick()
    campaign = edited(TIP_1, CHECK_1, TIP_2, CHECK_2, TIP_4, CHECK_4)
    found = await live.outlook(campaign, BEFORE)
    assert found.withdrawn == 4
    assert sum((await week(live, campaign)).values()) == 4


async def test_after_an_outage_a_step_waits_for_the_next_slot(live: Live) -> None:
    live.now += timedelta(days=5)
    assert await week(live, SMALL) == {(3, "tip-3"): 4}


async def test_people_at_rest_are_counted_and_get_nothing(live: Live) -> None:
    await joining.pause(live.records, 1, None, live.now)
    await joining.pause(live.records, 2, 1, live.now)
    await joining.stop(live.records, 3, live.now)
    found = await live.outlook(SMALL, BEFORE)
    assert found.people == {"active": 1, "paused": 2, "left": 1}
    assert found.under_way == 3
    assert await week(live, SMALL) == {(1, "tip-3"): 1}


async def test_without_the_steps_of_the_launch_the_records_tell_what_is_gone(live: Live) -> None:
    campaign = edited(TIP_1, tip("late", 5), (TIP_3, 14), (TIP_4, 21))
    found = await live.outlook(campaign)
    told = {each.step: (each.change, each.had, each.missed) for each in found.steps}
    assert told == {
        "check-1": (Change.GONE, 4, 0),
        "tip-2": (Change.GONE, 4, 0),
        "late": (None, 0, 4),
    }
    assert not found.known
    await week(live, campaign)
