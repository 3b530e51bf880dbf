"""Votes that are taken together come to what each comes to alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.service import checkins
from bot.service.checkins import Ballot, Voted
from bot.service.records import Records

from .world import World


async def asked(records: Records, now: datetime, chat_id: int) -> tuple[World, str]:
    """Someone with an open question, and its poll."""
    world = World(records, now, chat_id)
    await world.to_check_in()
    found = [each for each in await world.outbox() if each.poll_id]
    return world, found[-1].poll_id or ""


async def test_a_set_of_votes_of_all_kinds(world: World) -> None:
    records = world.records
    one, first = await asked(records, world.now, 1)
    two, second = await asked(records, one.now, 2)
    ballots = [
        Ballot(1, first, 3),
        Ballot(2, first, 4),  # not theirs
        Ballot(2, second, 5),
        Ballot(2, "of another time", 1),  # kept
        Ballot(3, "of another time", 1),  # of a stranger
        Ballot(1, first, 6),  # the same person again
        Ballot(2, second, 99),  # no such option
    ]
    finished: list[tuple[int, str]] = []

    async def finish(tx: AsyncConnection, voted: Sequence[tuple[int, Voted]]) -> None:
        finished.extend((index, result.kind) for index, result in voted)

    results = await checkins.vote_all(records, ballots, two.now, finish)
    kinds = ["first", "foreign", "first", "kept", "foreign", "changed", "foreign"]
    assert [result.kind for result in results] == kinds
    assert sorted(finished) == list(enumerate(kinds))
    # The set first, then the others one by one.
    assert [index for index, _ in finished] == [0, 2, 1, 3, 4, 5, 6]
    assert [answer.value for answer in results[5].given] == ["6"]
    assert [answer.value for answer in results[2].given] == ["5"]


async def test_what_belongs_to_a_vote_is_written_with_it_or_not_at_all(world: World) -> None:
    one, poll = await asked(world.records, world.now, 1)

    async def fail(_tx: AsyncConnection, _voted: Sequence[tuple[int, Voted]]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await checkins.vote_all(world.records, [Ballot(1, poll, 3)], one.now, fail)
    again = await checkins.vote(world.records, 1, poll, 4, one.now)
    assert again.kind == "first"
