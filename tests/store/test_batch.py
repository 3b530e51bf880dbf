"""Group commit: sets of what was asked for meanwhile, and what a failure means for its set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.store.batch import Batch


class Work:
    """Doubles numbers in sets; `spoilt` ones raise."""

    def __init__(self, spoilt: int | None = None, error: Exception | None = None) -> None:
        self.sets: list[list[int]] = []
        self._spoilt = spoilt
        self._error = error or ValueError("spoilt")

    async def __call__(self, asked: Sequence[int]) -> Sequence[int]:
        self.sets.append(list(asked))
        await asyncio.sleep(0)
        if self._spoilt in asked:
            raise self._error
        return [2 * number for number in asked]


async def test_what_comes_while_a_set_is_done_goes_into_the_next_one() -> None:
    work = Work()
    batch = Batch(work, most=3)
    results = await asyncio.gather(*(batch.do(number) for number in range(7)))
    assert results == [0, 2, 4, 6, 8, 10, 12]
    assert work.sets == [[0, 1, 2], [3, 4, 5], [6]]
    assert await batch.do(9) == 18


async def test_one_that_fails_spoils_no_other() -> None:
    work = Work(spoilt=1)
    batch = Batch(work)
    results = await asyncio.gather(
        *(batch.do(number) for number in range(3)), return_exceptions=True
    )
    assert results[::2] == [0, 4]
    assert isinstance(results[1], ValueError)
    assert work.sets == [[0, 1, 2], [0], [1], [2]]


async def test_with_the_database_out_of_reach_none_is_tried_alone() -> None:
    work = Work(1, OperationalError("", {}, Exception("gone")))
    batch = Batch(work)
    results = await asyncio.gather(
        *(batch.do(number) for number in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, OperationalError) for result in results)
    assert work.sets == [[0, 1, 2]]


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    work = Work()
    batch = Batch(work)
    first = asyncio.create_task(batch.do(1))
    second = asyncio.create_task(batch.do(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 4
    with pytest.raises(asyncio.CancelledError):
        await first
