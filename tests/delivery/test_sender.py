"""When the sender looks into the outbox: whenever something may be due, and not once more."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.allowance import UNLIMITED
from bot.delivery.encoding import Body
from bot.delivery.ledger import Claimed, Claims
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.domain.outcome import NotSent, Outcome, Sent
from bot.simulation.loop import VirtualLoop
from bot.store.deliveries import Lane

FEW = 3


class Outbox:
    """Stands for the ledger: what is due in the bulk lane, by number, and who looked."""

    def __init__(self) -> None:
        self.due: list[int] = []
        self.asked: list[int] = []
        """The same in the interactive lane."""
        self.looks: list[Lane] = []
        self.settled: list[tuple[int, Outcome]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        """Happens while a look is under way, after it has seen what is due."""
        self.trouble: Exception | None = None
        """Comes of the next look instead of what it claimed."""
        self.sending: set[int] = set()
        self.releases = 0
        self.takes = 0.0
        """Seconds that each of its transactions takes, one after the other."""
        self.most = 0
        self._turn = asyncio.Lock()

    async def claim(self, lane: Lane, most: int, _may_get: object) -> Claims:
        self.looks.append(lane)
        self.most = max(self.most, most)
        due = self.asked if lane is Lane.INTERACTIVE else self.due
        found = due[:most]
        del due[: len(found)]
        self.sending |= set(found)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        await self._transaction()
        if found and self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        deliveries: list[Any] = [SimpleNamespace(id=number, step="x") for number in found]
        claimed = [Claimed(each, each.id, []) for each in deliveries]
        return Claims(claimed, more=len(found) == most, waiting=False)

    async def _transaction(self) -> None:
        async with self._turn:
            await asyncio.sleep(self.takes)

    async def release(self, *, all_but: Collection[int]) -> None:
        self.releases += 1
        back = self.sending - set(all_but)
        self.sending -= back
        self.due += sorted(back)

    async def settle(self, outcomes: Sequence[tuple[Any, Outcome]]) -> Sequence[None]:
        await self._transaction()
        self.settled += [(delivery.id, outcome) for delivery, outcome in outcomes]
        self.sending -= {delivery.id for delivery, _ in outcomes}
        self.due += [each.id for each, outcome in outcomes if isinstance(outcome, NotSent)]
        return [None] * len(outcomes)


class Telegram:
    """Stands for the messenger: what it answers, in turn, and then that the message was sent."""

    def __init__(self, per_second: int) -> None:
        self.answers: list[Outcome] = []
        self.pacer = Pacer(
            monotonic=asyncio.get_running_loop().time, per_second=per_second, per_chat=UNLIMITED
        )
        self._ids = itertools.count(1)

    async def send(self, _chat: int, _body: Body, _id: int, ticket: Any) -> Outcome:
        await asyncio.sleep(0.005)
        self.pacer.answered(ticket)
        return self.answers.pop(0) if self.answers else Sent(next(self._ids))


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
async def telegram() -> Telegram:
    return Telegram(UNLIMITED)


def sending(outbox: Outbox, telegram: Telegram) -> Sender:
    ledger: Any = outbox
    messenger: Any = telegram
    return Sender(ledger, messenger, telegram.pacer, lambda _claimed: Body("sendMessage", ()))


@asynccontextmanager
async def at_work(sender: Sender) -> AsyncIterator[asyncio.Task[None]]:
    """Runs it; stops it at the end."""
    running = asyncio.create_task(sender.run())
    yield running
    running.cancel()
    await sender.stop(1)


@pytest.fixture
async def sender(outbox: Outbox, telegram: Telegram) -> AsyncIterator[Sender]:
    sender = sending(outbox, telegram)
    async with at_work(sender):
        await asyncio.sleep(0)
        await still(sender)
        outbox.looks.clear()
        yield sender
    await telegram.pacer.shutdown()


async def still(sender: Sender) -> None:
    async with asyncio.timeout(10):
        while not sender.idle:  # noqa: ASYNC110 - asking is cheaper here than a hook there.
            await asyncio.sleep(0.001)


async def test_it_does_not_look_again_for_every_message_that_has_left(
    sender: Sender, outbox: Outbox
) -> None:
    outbox.due = [*range(FEW)]
    sender.wake()
    await still(sender)
    assert sorted(id_ for id_, _ in outbox.settled) == [*range(FEW)]
    assert sorted(outbox.looks) == [Lane.INTERACTIVE, Lane.BULK]


async def test_a_long_wave_is_claimed_to_its_end(sender: Sender, outbox: Outbox) -> None:
    outbox.due = [*range(1000)]
    sender.wake()
    await still(sender)
    assert len(outbox.settled) == 1000


async def test_what_is_announced_during_a_look_is_not_missed(
    sender: Sender, outbox: Outbox
) -> None:
    def more() -> None:
        outbox.due.append(7)
        sender.wake(Lane.BULK)

    outbox.meanwhile = more
    sender.wake(Lane.BULK)
    await still(sender)
    assert [id_ for id_, _ in outbox.settled] == [7]


async def test_what_is_announced_while_there_is_no_room_is_claimed_later(
    sender: Sender, outbox: Outbox
) -> None:
    outbox.due = [*range(60)]
    sender.wake(Lane.BULK)
    while not outbox.looks:  # noqa: ASYNC110 - asking is cheaper here than a hook there.
        await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    outbox.due += range(60, 110)
    sender.wake(Lane.BULK)
    await still(sender)
    assert len(outbox.settled) == 110


async def test_what_did_not_leave_is_looked_for_at_once(
    sender: Sender, outbox: Outbox, telegram: Telegram
) -> None:
    outbox.due, telegram.answers = [1], [NotSent("refused")]
    sender.wake(Lane.BULK)
    await still(sender)
    assert [type(outcome) for _, outcome in outbox.settled] == [NotSent, Sent]


@pytest.mark.parametrize(("takes", "most"), [(0.0, 2), (0.03, 4), (0.1, 13)])
def test_a_slow_database_costs_no_pace_and_a_quick_one_leaves_little_in_doubt(
    takes: float, most: int
) -> None:
    """A disk that is slow to keep what it is told holds up claims, not messages."""

    async def story() -> Outbox:
        outbox = Outbox()
        outbox.due, outbox.takes = list(range(10_000)), takes
        sender = sending(outbox, Telegram(30))
        async with at_work(sender):
            await asyncio.sleep(60)
        return outbox

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        outbox = runner.run(story())
    assert len(outbox.settled) > 0.97 * 30 * 60
    assert outbox.most <= most


async def test_what_is_claimed_goes_back_when_a_reply_met_too_many_requests(
    outbox: Outbox,
) -> None:
    telegram = Telegram(20)
    sender = sending(outbox, telegram)
    outbox.due = list(range(100))
    async with at_work(sender):
        await asyncio.sleep(0.2)
        assert len(outbox.due) + len(outbox.settled) < 100, "nothing waits for its moment"
        telegram.pacer.rest(2)
        sender.wake()
        await asyncio.sleep(0.1)
        assert len(outbox.due) + len(outbox.settled) == 100
        assert outbox.releases == 1
    await telegram.pacer.shutdown()


async def test_what_a_claim_without_an_answer_has_claimed_is_sent_too(
    sender: Sender, outbox: Outbox
) -> None:
    outbox.due = [*range(FEW)]
    outbox.trouble = OperationalError("", {}, Exception("the answer to COMMIT was lost"))
    sender.wake(Lane.BULK)
    await still(sender)
    async with asyncio.timeout(10):
        while len(outbox.settled) < FEW:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert sorted(id_ for id_, _ in outbox.settled) == [*range(FEW)]


async def test_what_no_send_should_raise_ends_it(outbox: Outbox, telegram: Telegram) -> None:
    sender = sending(outbox, telegram)
    async with at_work(sender) as running:
        outbox.due, outbox.trouble = [1], LookupError("a mistake in a claim")
        with pytest.raises(LookupError):
            await asyncio.wait_for(running, 10)
    await telegram.pacer.shutdown()


async def test_a_delivery_that_breaks_holds_up_no_other(
    sender: Sender, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = outbox.settle

    async def breaks(outcomes: Sequence[tuple[Any, Outcome]]) -> Sequence[None]:
        if any(delivery.id == 2 for delivery, _ in outcomes):
            raise LookupError("a mistake in settling")
        return await settle(outcomes)

    monkeypatch.setattr(sender._settlements, "_work", breaks)
    outbox.due = [1, 2, 3]
    sender.wake()
    await still(sender)
    assert sorted(id_ for id_, _ in outbox.settled) == [1, 3]
    assert outbox.sending == {2}


async def test_it_stops_in_time_though_the_database_is_away(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = Telegram(20)
    sender = sending(outbox, telegram)

    async def away(**_: object) -> None:
        raise OperationalError("", {}, Exception("the database is away"))

    monkeypatch.setattr(outbox, "release", away)
    outbox.meanwhile = lambda: telegram.pacer.rest(60)
    outbox.due, outbox.takes = [1, 2, 3], 0.1
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0.05)
    await asyncio.wait_for(sender.stop(0.5), 5)
    running.cancel()
    await telegram.pacer.shutdown()


async def test_what_is_released_is_neither_what_leaves_nor_what_another_lane_claims(
    outbox: Outbox, telegram: Telegram
) -> None:
    """The answer to one lane's claim is lost while a request is out and the other lane claims."""
    sender = sending(outbox, telegram)
    sent: list[int] = []
    out, claims = asyncio.Event(), asyncio.Event()

    async def send(chat: int, _body: Body, _id: int, ticket: Any) -> Outcome:
        sent.append(chat)
        if chat == 1:
            await out.wait()
        telegram.pacer.answered(ticket)
        return Sent(chat)

    claim = outbox.claim

    async def slow(lane: Lane, most: int, may_get: object) -> Claims:
        found = await claim(lane, most, may_get)
        if lane is Lane.INTERACTIVE and found.claimed:
            claims.set()
            await asyncio.sleep(1.5)
        return found

    telegram.send = send  # type: ignore[method-assign]
    outbox.claim = slow  # type: ignore[method-assign]
    async with at_work(sender):
        outbox.due = [1]
        sender.wake(Lane.BULK)
        while sent != [1]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        outbox.due = [2]
        outbox.trouble = OperationalError("", {}, Exception("the answer to COMMIT was lost"))
        sender.wake(Lane.BULK)
        await asyncio.sleep(0.1)
        outbox.asked = [3]
        sender.wake(Lane.INTERACTIVE)
        await claims.wait()
        async with asyncio.timeout(10):
            while not {2, 3} <= set(sent):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert outbox.due == []
        out.set()
        await still(sender)
    assert sorted(sent) == [1, 2, 3]
    await telegram.pacer.shutdown()
