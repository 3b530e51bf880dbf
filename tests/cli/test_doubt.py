"""`uncertain`: what is in doubt is listed and, if asked, queued once more."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.domain.schedule import WINDOW
from bot.service import doubt, joining
from bot.store import outbox, timeline
from bot.store.deliveries import Delivery, Lane, State

from .conftest import NOW, Cli, Crowd


async def in_state(crowd: Crowd, state: State) -> list[Delivery]:
    async with crowd.db.read() as tx:
        return await timeline.listed(tx, [state])


async def left(crowd: Crowd, count: int, state: State, reason: str) -> list[int]:
    """So many deliveries in a state; gives their ids."""
    chats = range(crowd.people + 1, crowd.people + count + 1)
    known = {each.id for each in await in_state(crowd, State.SENT)}
    await crowd.enrol(count, "poster")
    ids = [each.id for each in await in_state(crowd, State.SENT) if each.id not in known]
    async with crowd.db.write() as tx:
        await outbox.set_status(tx, ids, state, reason)
    assert len(ids) == len(chats)
    return ids


async def test_the_list_names_pseudonym_step_and_reason(cli: Cli, crowd: Crowd) -> None:
    (doubtful,) = await left(crowd, 1, State.UNCERTAIN, "timed out")
    await left(crowd, 1, State.FAILED, "message is too long")
    person = await joining.look(crowd.records, 1)
    assert person is not None

    text = await cli("uncertain", DATABASE_URL=crowd.url)
    assert text.code == 0, text.err
    head, row = text.out.splitlines()
    assert head.split() == ["id", "person", "step", "item", "status", "at", "reason"]
    assert row.split()[:3] == [str(doubtful), person.subscriber.pseudonym, "move"]
    assert row.endswith("2026-11-23 10:00 UTC  timed out")

    both = json.loads((await cli("uncertain", "--failed", "--json", DATABASE_URL=crowd.url)).out)
    assert [each["status"] for each in both] == ["uncertain", "failed"]


async def test_an_empty_list_says_so(cli: Cli, crowd: Crowd) -> None:
    result = await cli("uncertain", DATABASE_URL=crowd.url)
    assert (result.code, result.out) == (0, "none\n")


async def test_what_is_in_flight_is_told_from_what_a_run_left_behind(crowd: Crowd) -> None:
    await left(crowd, 1, State.SENDING, "")
    soon, later = NOW + timedelta(seconds=2), NOW + timedelta(hours=1)
    assert [each.status for each in await doubt.in_doubt(crowd.db, soon, failed=False)] == [
        "being sent"
    ]
    assert [each.status for each in await doubt.in_doubt(crowd.db, later, failed=False)] == [
        "left behind"
    ]
    assert await doubt.resend(crowd.db, None, later, failed=True) == []


async def test_resending_queues_out_of_reach_of_a_change_of_settings(crowd: Crowd) -> None:
    ids = await left(crowd, 2, State.UNCERTAIN, "timed out")
    assert await doubt.resend(crowd.db, ids, NOW, failed=False) == ids
    again = await in_state(crowd, State.QUEUED)
    assert {(each.id, each.lane, each.due_at, each.send_before) for each in again} == {
        (id_, Lane.INTERACTIVE, NOW, NOW + WINDOW) for id_ in ids
    }


async def test_who_stopped_gets_nothing_more(crowd: Crowd) -> None:
    first, second = await left(crowd, 2, State.UNCERTAIN, "timed out")
    await joining.stop(crowd.records, 1, NOW)
    assert await doubt.resend(crowd.db, None, NOW, failed=False) == [second]
    assert [each.id for each in await in_state(crowd, State.UNCERTAIN)] == [first]


async def test_all_leaves_refused_ones_alone_unless_asked(crowd: Crowd) -> None:
    (doubtful,) = await left(crowd, 1, State.UNCERTAIN, "timed out")
    (refused,) = await left(crowd, 1, State.FAILED, "bad request")
    assert await doubt.resend(crowd.db, None, NOW, failed=False) == [doubtful]
    assert await doubt.resend(crowd.db, None, NOW, failed=True) == [refused]


async def test_the_command_names_what_it_did_not_queue(cli: Cli, crowd: Crowd) -> None:
    (doubtful,) = await left(crowd, 1, State.UNCERTAIN, "timed out")
    result = await cli("uncertain", "--resend", str(doubtful), "9999", DATABASE_URL=crowd.url)
    assert result.out == f"queued again: {doubtful}\n"
    assert "not queued: 9999" in result.complaint
    again = await cli("uncertain", "--resend", "--all", DATABASE_URL=crowd.url)
    assert (again.code, again.out) == (0, "queued again: none\n")
