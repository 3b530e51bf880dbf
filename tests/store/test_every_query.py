"""Each function of the storage runs on both databases, and the frequent ones read no whole table.

Functions are found by themselves: whatever takes a transaction first. One with an argument that
`ARGUMENTS` doesn't know fails here until it is told what to give.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.store
from bot.domain.asking import Ended, Side
from bot.domain.schedule import Part, Slot
from bot.store import figures, inbox, operator, people
from bot.store.database import Database
from bot.store.deliveries import Lane, State
from bot.store.inbox import Received
from bot.store.instances import Member
from bot.store.outbox import Arrival

from .people import NOW, WORDING, delivery, enrolled, planned, ref


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function of the storage that takes a transaction, by module and name."""
    found = {}
    for module in pkgutil.iter_modules(bot.store.__path__):
        loaded = importlib.import_module(f"bot.store.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if own and next(iter(inspect.signature(function).parameters), None) == "tx":
                found[f"{module.name}.{name}"] = function
    return found


FUNCTIONS = functions()

ARGUMENTS: dict[str, Any] = {
    "act": "given",
    "all_but": [2],
    "after": 0,
    "asked": [(1, "tip-1")],
    "arrivals": [Arrival(1, 1, "poll", NOW)],
    "before": NOW,
    "besides": [3],
    "campaign": "small",
    "chat_id": 1,
    "claimant": 1,
    "close_at": NOW,
    "conversation_id": 1,
    "content_hash": "00",
    "delivery_id": 1,
    "due_at": NOW,
    "ended": Ended.PERSON,
    "enrolment_id": 1,
    "enrolment_ids": [1],
    "error": "KeyError",
    "first_step": "tip-1",
    "give_up": True,
    "given": [(1, "pain", "4", NOW)],
    "holder": 1,
    "id_": 1,
    "ids": [1],
    "item": 0,
    "key": "erased",
    "keys": ["worse"],
    "lane": Lane.BULK,
    "language": "nl",
    "limit": 5,
    "lock": True,
    "member": Member(1, "all", 0),
    "message_id": 1,
    "moments": [(1, NOW)],
    "name": "file-1",
    "now": NOW,
    "offer_id": 1,
    "old_thread": None,
    "option": 1,
    "places": b"",
    "poll_id": "poll",
    "poll_ids": ["poll"],
    "person": ref(1),
    "pseudonym": "someone",
    "query": operator.EXPORTS["answers"],
    "question": "pain",
    "reason": "because",
    "ref": ref(1),
    "payloads": [(1, b"x", True)],
    "refs": [ref(1)],
    "replies": [(1, 1)],
    "role": "all",
    "round_": 2,
    "scope": "series",
    "send_before": NOW,
    "side": Side.PERSON,
    "since": NOW,
    "slot": Slot(0, Part.MORNING),
    "source": "poster",
    "status": State.SENT,
    "statuses": [State.QUEUED],
    "step": "tip-1",
    "steps": [(1, "tip-1")],
    "subscriber_id": 1,
    "thread_id": 7,
    "update_id": 1,
    "updates": [Received(2, ref(1), b"x")],
    "value": "4",
    "window": timedelta(days=2),
    "words": WORDING,
    "zone": "UTC",
    "subscriber_ids": [1],
    "offers": False,
}
"""What to give, by the name of the argument."""


@asynccontextmanager
async def statements(tx: AsyncConnection) -> AsyncIterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile, with its values."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        sent.append((text, values[0] if many else values))

    connection = tx.sync_connection
    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


async def call(tx: AsyncConnection, name: str) -> list[tuple[str, Any]]:
    """Call a function with something for each of its arguments; gives its statements."""
    function = FUNCTIONS[name]
    given: dict[str, Any] = {}
    positional = []
    person = await people.find(tx, ref(1), "small")
    assert person is not None
    known = {
        **ARGUMENTS,
        "planned": [planned(person)],
        "enrolments": [person.enrolment],
        "moves": [(person, person.enrolment)],
    }
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            given["seen_at"] = NOW
        elif parameter.name not in known:
            pytest.fail(f"{name}: say in ARGUMENTS what to give as {parameter.name}", pytrace=False)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional += known[parameter.name]
        elif parameter.kind is parameter.KEYWORD_ONLY:
            given[parameter.name] = known[parameter.name]
        else:
            positional.append(known[parameter.name])
    async with statements(tx) as sent:
        called = function(tx, *positional, **given)
        if inspect.isasyncgen(called):
            async for _ in called:
                pass
        else:
            await called
    return sent


async def people_in(tx: AsyncConnection) -> None:
    """Someone with a delivery, and an update that waits."""
    await delivery(tx, await enrolled(tx))
    await inbox.put(tx, [Received(1, ref(1), b"x")], NOW, 1)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
async def test_every_function_runs_on_both_databases(database: Database, name: str) -> None:
    async with database.write() as tx:
        await people_in(tx)
        assert await call(tx, name), "it asked the database nothing"


async def test_every_kind_of_row_can_be_exported_and_counted_at_one_moment(
    database: Database,
) -> None:
    async with database.write() as tx:
        await people_in(tx)
    for query in operator.EXPORTS.values():
        async with figures.snapshot(database) as tx:
            async for _ in operator.stream(tx, query):
                pass


FREQUENT = (
    "answers.drop_votes_of",
    "answers.keep_vote",
    "answers.kept_by",
    "answers.of_enrolments",
    "answers.polls_kept",
    "answers.put",
    "exercises.known",
    "exercises.like",
    "exercises.see",
    "inbox.answering",
    "inbox.cards_for",
    "inbox.handled",
    "inbox.put",
    "inbox.replies_left",
    "inbox.replying",
    "inbox.to_answer",
    "inbox.waiting",
    "media.file_id",
    "polls.by_polls",
    "outbox.claimable",
    "outbox.next_refs",
    "outbox.get",
    "outbox.orphans",
    "outbox.queue",
    "outbox.unsettled",
    "outbox.settle_claimed",
    "outbox.mark_sending",
    "outbox.release",
    "outbox.settle_sent",
    "outbox.queue_next",
    "timeline.settled",
    "polls.take",
    "polls.next_look_at",
    "polls.to_look_at",
    "polls.look_again",
    "polls.cancel_reminders",
    "timeline.check_ins_asked",
    "timeline.offers",
    "timeline.anything_leaving",
    "polls.unproved_polls",
    "people.add",
    "people.by_enrolment",
    "enrolments.claim_due",
    "enrolments.due",
    "enrolments.planned",
    "people.find",
    "enrolments.hold",
    "people.hold",
    "people.long_gone",
    "enrolments.move",
    "enrolments.move_as_read",
    "people.see",
    "consents.withdraw_all",
)
"""What is asked every second, for every message, or of everybody: it must not cost everybody."""

LARGE = (
    "acquaintance",
    "answer",
    "consent",
    "delivery",
    "enrolment",
    "inbox",
    "subscriber",
    "vote",
)


def scanned(plan: list[str]) -> list[str]:
    """The large tables that a plan of SQLite reads from end to end."""
    words = [step.split() for step in plan]
    return [
        step[1] for step in words if step[0] == "SCAN" and step[1] in LARGE and "INDEX" not in step
    ]


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", FREQUENT)
async def test_what_is_frequent_reads_no_whole_table(database: Database, name: str) -> None:
    async with database.write() as tx:
        await people_in(tx)
        for text, values in await call(tx, name):
            plan = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            assert scanned([row.detail for row in plan]) == [], text


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_set_is_claimed_by_its_ids_not_among_all_who_are_due(database: Database) -> None:
    async with database.write() as tx:
        await people_in(tx)
        for text, values in await call(tx, "enrolments.claim_due"):
            plan = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            assert not [row.detail for row in plan if "ix_enrolment_due" in row.detail]


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_whole_table_read_is_noticed(database: Database) -> None:
    async with database.write() as tx:
        await people_in(tx)
        plan = await tx.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM delivery WHERE tries = 1")
        assert scanned([row.detail for row in plan]) == ["delivery"]
