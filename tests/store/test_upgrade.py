"""A database of every earlier schema comes to the newest one with everything that was in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import URL

from bot.domain.schedule import Part, Place, Slot
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status, Subscriber
from bot.store import (
    answers,
    consents,
    enrolments,
    figures,
    inbox,
    meta,
    outbox,
    people,
    polls,
    timeline,
)
from bot.store import migrate as migration
from bot.store.answers import KeptVote
from bot.store.database import Database
from bot.store.deliveries import State
from bot.store.inbox import Waiting
from bot.store.migrate import MIGRATIONS, migrate
from bot.store.schema import revisions
from bot.store.tables import metadata

from .people import DAY, NOW, WORDING, planned, ref
from .test_migrate import sync
from .versions import LONG_HASH, ROWS, at

KNOWN = revisions()

PERSON = Person(
    Subscriber(
        id=1,
        pseudonym="0000000000000001",
        language="nl",
        zone="Europe/Amsterdam",
        slot=Slot(2, Part.EVENING),
        pace=2,
        check_ins=CheckIns.YES,
        source="poster",
    ),
    Enrolment(
        id=1,
        campaign="small",
        round=1,
        status=Status.ACTIVE,
        next_step="check-2",
        last_step="tip-2",
        next_due_at=NOW + DAY,
        paused_until=None,
        place=Place("tip-2", NOW - 2 * DAY, NOW - 2 * DAY),
        started_at=NOW - 9 * DAY,
    ),
)


def bring_to(url: URL, revision: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Migrate with a program that knows no revision after this one."""
    then = folder / f"migrations-{revision}"
    shutil.copytree(MIGRATIONS, then, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (then / "versions").glob("*.py"):
        if file.name.partition("_")[0] > revision:
            file.unlink()
    with patch.context() as patched:
        patched.setattr(migration, "MIGRATIONS", then)
        assert migrate(url)[1] == revision


def write(url: URL, revision: str) -> None:
    """Write the rows of a revision into a database of that revision."""
    engine = sync(url)
    try:
        with engine.begin() as connection:
            tables = sa.MetaData()
            tables.reflect(connection)
            for name, rows in ROWS[revision].items():
                for row in rows:
                    connection.execute(sa.insert(tables.tables[name]).values(row))
    finally:
        engine.dispose()


@pytest.fixture(params=KNOWN)
def database_of(
    request: pytest.FixtureRequest,
    empty_url: URL,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[URL, str]:
    """A database of each revision with people in it."""
    written = max(each for each in ROWS if each <= request.param)
    bring_to(empty_url, written, tmp_path, monkeypatch)
    write(empty_url, written)
    if written != request.param:
        bring_to(empty_url, request.param, tmp_path, monkeypatch)
    return empty_url, request.param


async def test_everything_in_it_is_kept(database_of: tuple[URL, str]) -> None:
    url, revision = database_of
    assert migrate(url) == (revision, KNOWN[-1])
    db = Database(url)
    try:
        async with db.write() as tx:
            assert await people.find(tx, ref(1), "small") == PERSON
            assert [
                (row["scope"], row["act"], row["at"], row["version"], row["text"])
                for person in (1, 2)
                for row in await consents.of_subscriber(tx, person)
            ] == [
                ("series", "given", NOW - 9 * DAY, 3, "Ja."),
                ("check-ins", "given", NOW - 5 * DAY, 1, "Vraag maar."),
                ("series", "given", NOW - 9 * DAY, 3, "Ja."),
                ("series", "withdrawn", NOW - 2 * DAY, 3, "Ja."),
            ]
            assert [
                (row["step"], row["item"], row["status"], row["due_at"], row["sent_at"])
                for row in await people.deliveries_of(tx, 1)
            ] == [
                ("tip-1", 0, "sent", NOW - 9 * DAY, NOW - 9 * DAY),
                ("check-1", 1, "sent", NOW - 5 * DAY, NOW - 5 * DAY),
                ("tip-2", 0, "uncertain", NOW - 2 * DAY, None),
                ("check-2", 1, "queued", NOW, None),
            ]
            assert await answers.of_subscriber(tx, 1) == [
                {
                    "round": 1,
                    "step": "check-1",
                    "question": "pain",
                    "value": "4",
                    "answered_at": NOW - 5 * DAY,
                }
            ]
            assert await answers.kept_by(tx, ref(1)) == [KeptVote("poll-9", ref(1), 2, NOW)]
            await inbox.adopt(tx, 1)
            assert await inbox.waiting(tx, 1, 0, 9) == [Waiting(1, 500, ref(1), b"secret", 1, 1)]
            assert (await meta.get(tx, "erased"), await meta.get(tx, "serves")) == ("7", "life")
            assert await figures.statuses(tx) == {"active": 1, "left": 1}
            polled = (await polls.by_polls(tx, ["poll-1"])).get("poll-1")
            assert polled is not None
            assert (polled.message_id, polled.status) == (12, State.SENT)
    finally:
        await db.close()


async def test_life_goes_on_in_it(database_of: tuple[URL, str]) -> None:
    url, _ = database_of
    migrate(url)
    db = Database(url)
    try:
        async with db.write() as tx:
            slot = PERSON.subscriber.slot
            new = await people.add(
                tx,
                ref(3),
                pseudonym="p3",
                language="en",
                zone="UTC",
                slot=slot,
                source="",
                now=NOW,
            )
            await consents.record(tx, new, WORDING, "given", NOW)
            await enrolments.add(tx, new, "small", round_=1, first_step="tip-1", now=NOW)
            person = await people.find(tx, ref(3), "small")
            assert person is not None
            await outbox.queue(tx, [planned(person)])
            assert len(await timeline.listed(tx, [State.QUEUED])) == 2
            await consents.withdraw_all(tx, 1, NOW)
            acts = [row["act"] for row in await consents.of_subscriber(tx, 1)]
            assert acts == ["given", "given", "withdrawn", "withdrawn"]
            await people.erase(tx, 1)
            assert await people.long_gone(tx, NOW + DAY, 9) == [2]
            assert await meta.get(tx, "erased") == "8"
    finally:
        await db.close()


def test_the_migrations_make_the_tables_of_the_code(migrated_url: URL) -> None:
    engine = sync(migrated_url)
    try:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    finally:
        engine.dispose()


async def test_a_program_of_the_first_version_can_still_write_consents(
    database: Database,
) -> None:
    """While instances are restarted one by one, it goes on beside the new schema."""
    old = {**ROWS["0001"]["subscriber"][0], "chat_ref": ref(5)}
    async with database.write() as tx:
        insert = "INSERT INTO {} ({}) VALUES ({})"
        for table, row in (
            ("subscriber", old),
            ("wording", ROWS["0001"]["wording"][0]),
            (
                "consent",
                {
                    "subscriber_id": 1,
                    "scope": "series",
                    "act": "given",
                    "wording_hash": LONG_HASH,
                    "at": at(NOW),
                },
            ),
        ):
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            await tx.execute(sa.text(insert.format(table, names, marks)), row)
        await consents.record(tx, 1, WORDING, "given", NOW + DAY)
        assert [row["text"] for row in await consents.of_subscriber(tx, 1)] == ["Ja.", WORDING.text]
