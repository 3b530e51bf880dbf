"""What a large number of subscribers costs: room in the database, ticks, planning and memory.

`python benchmarks/scale.py` makes up 10,000 and 1,000,000 subscribers on SQLite, lets the planner
work on each, and prints a table. Each size is measured in a process of its own, several times over;
the table shows medians, and the most memory that the process ever held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from uvloop import new_event_loop

from bot.content.load import load, resolve
from bot.delivery.planner import Planner
from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import PART_HOURS, Part, instant_at, local_date, minute_of
from bot.domain.subscriber import CheckIns, Status
from bot.running import collect_seldom
from bot.service.records import Records
from bot.store.cipher import KEY_BYTES, Cipher
from bot.store.consents import Wording
from bot.store.database import Database, database_url
from bot.store.migrate import migrate
from bot.store.tables import consent, enrolment, subscriber, wording

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""A Monday, half an hour before anything is due in the Netherlands."""

DAY = timedelta(days=1)
CHUNK = 20_000
FIRST_CHAT = 6_000_000_000
"""Person n has this chat id plus n."""

CIPHER = Cipher(bytes(range(KEY_BYTES)))
ZONES = ("Europe/Amsterdam",) * 97 + ("America/Curacao", "Europe/Brussels", "Asia/Makassar")
SOURCES = ("poster", "flyer", "gp-practice", "physio-centre", "website", "link")


@cache
def campaign() -> Campaign:
    """The campaign that comes with the program."""
    return load(resolve(ROOT, "rugpijn")).campaign


def fill(path: Path, count: int) -> None:
    """A new SQLite database at `path` with `count` people, each as enrolling and some weeks of
    tips leave them: a subscriber, an enrolment with its next step dated, and one or two consents.

    Nothing is due at `NOW`, and no delivery is there. The same count gives the same people.
    """
    migrate(database_url(f"sqlite:///{path}"))
    engine = sa.create_engine(f"sqlite:///{path}")
    wordings = {
        (scope, language): Wording(scope, 1, language, f"Ja. {scope} {language} " * 20)
        for scope in ("series", "check-ins")
        for language in ("nl", "en")
    }
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.execute(
                sa.insert(wording),
                [
                    {column.name: getattr(words, column.name) for column in wording.c}
                    for words in wordings.values()
                ],
            )
            made = People(random.Random(count))
            for first in range(1, count + 1, CHUNK):
                rows = [made.one(id_) for id_ in range(first, min(first + CHUNK, count + 1))]
                connection.execute(sa.insert(subscriber), [row.subscriber for row in rows])
                connection.execute(sa.insert(enrolment), [row.enrolment for row in rows])
                connection.execute(
                    sa.insert(consent),
                    [
                        {
                            "subscriber_id": row.subscriber["id"],
                            "scope": scope,
                            "act": "given",
                            "wording_hash": wordings[scope, row.subscriber["language"]].hash,
                            "at": row.subscriber["created_at"],
                        }
                        for row in rows
                        for scope in row.scopes
                    ],
                )
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Row:
    """One person's rows, and the scopes of their consents."""

    subscriber: dict[str, Any]
    enrolment: dict[str, Any]
    scopes: tuple[str, ...]


class People:
    """Makes up people."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._tips = [step.key for step in campaign().steps if step.kind is StepKind.TIP]

    def one(self, id_: int) -> Row:
        """The person with this id."""
        chance = self._chance
        zone = chance.choice(ZONES)
        weekday, part = chance.randrange(7), chance.choice(tuple(Part))
        pseudonym = chance.randbytes(8).hex()
        asked = chance.random()
        check_ins = CheckIns.YES if asked < 0.6 else CheckIns.NO
        started = NOW - timedelta(seconds=chance.randrange(1, 77 * 86400))
        last = self._tips[(NOW - started) // (7 * DAY)]
        after = campaign().steps[campaign().position(last) + (1 if asked < 0.3 else 2)]
        due = _slot(weekday, part, zone) + timedelta(
            minutes=_minutes(minute_of(part, pseudonym)) - _minutes(PART_HOURS[part][0])
        )
        return Row(
            {
                "id": id_,
                "pseudonym": pseudonym,
                "chat_ref": CIPHER.hide_chat(FIRST_CHAT + id_),
                "language": "nl" if chance.random() < 0.9 else "en",
                "zone": zone,
                "weekday": weekday,
                "part": part.value,
                "pace": 1 if chance.random() < 0.85 else 2,
                "check_ins": check_ins.value,
                "source": chance.choice(SOURCES),
                "created_at": started,
                "seen_at": started + (NOW - started) * chance.random(),
            },
            {
                "subscriber_id": id_,
                "campaign": campaign().key,
                "round": 1,
                "status": Status.ACTIVE.value,
                "next_step": after.key,
                "last_step": last,
                "last_tip": last,
                "last_step_at": due - 7 * DAY,
                "last_tip_at": due - 7 * DAY,
                "next_due_at": due,
                "started_at": started,
            },
            ("series", "check-ins") if check_ins is CheckIns.YES else ("series",),
        )


@cache
def _slot(weekday: int, part: Part, zone: str) -> datetime:
    """The first beginning of a part on a weekday after `NOW`."""
    day = local_date(NOW, zone)
    while True:
        start = instant_at(day, PART_HOURS[part][0], zone)
        if day.weekday() == weekday and start is not None and start > NOW:
            return start
        day += DAY


def _minutes(moment: Any) -> int:
    return int(moment.hour * 60 + moment.minute)


SOME = 5_000
"""How many are due when the cost of what is due is compared between sizes."""

TICKS = 200
"""Ticks with nothing due in each run; the median of all is told."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size cost: `room` in bytes, `idle` in ms, `memory` in MB, the others in seconds."""

    count: int
    room: float
    idle: float
    some: float
    many: float | None
    memory: float


def measure(path: Path, count: int, due: int, runs: int) -> Measured:
    """Let the planner tick over a filled database with nothing, some and `due` people due."""
    room = path.stat().st_size / count
    some: list[float] = []
    many: list[float] = []
    idle: list[float] = []
    for run in range(runs):
        some.append(_planned(path, count, SOME, run, idle))
        if due <= count:
            many.append(_planned(path, count, due, run, idle))
    return Measured(
        count=count,
        room=room,
        idle=1000 * median(idle),
        some=median(some),
        many=median(many) if many else None,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _planned(path: Path, count: int, due: int, run: int, idle: list[float]) -> float:
    """The seconds that planning `due` people took; the times of idle ticks go into `idle`."""
    _make_due(path, count, due, run)

    async def work() -> float:
        db = Database(database_url(f"sqlite:///{path}"))
        try:
            planner = Planner(Records(db, CIPHER, campaign()), lambda: NOW)
            began = time.perf_counter()
            planned = await planner.tick()
            took = time.perf_counter() - began
            if planned != due:
                raise SystemExit(f"{planned} were planned of {due} that are due")
            for _ in range(TICKS):
                began = time.perf_counter()
                await planner.tick()
                idle.append(time.perf_counter() - began)
        finally:
            await db.close()
        return took

    collect_seldom()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work())


def _make_due(path: Path, count: int, due: int, run: int) -> None:
    """Let so many people be due at whole minutes of the hour before `NOW`, as people's own moments
    are, and nothing be under way."""
    chance = random.Random(run)
    now = int(NOW.timestamp() * 1000)
    rows = (
        (now - 60_000 * chance.randrange(60), id_)
        for id_ in chance.sample(range(1, count + 1), due)
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM delivery")
        connection.execute(
            "UPDATE enrolment SET next_due_at = ? WHERE next_due_at IS NULL",
            (now + 7 * 86_400_000,),
        )
        connection.executemany("UPDATE enrolment SET next_due_at = ? WHERE id = ?", rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def table(results: list[Measured], due: int) -> str:
    """The results as a table, with the ratio of the due work below it."""
    head = ("subscribers", "bytes each", "idle tick", f"{SOME:,} due", f"{due:,} due", "memory")
    rows = [
        (
            f"{each.count:,}",
            f"{each.room:.0f}",
            f"{each.idle:.2f} ms",
            f"{each.some:.2f} s",
            "" if each.many is None else f"{each.many:.2f} s",
            f"{each.memory:.0f} MB",
        )
        for each in results
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (head, *rows)
    ]
    first = results[0]
    lines += [
        f"{SOME:,} due cost {each.some / first.some:.2f} times as much at {each.count:,} "
        f"as at {first.count:,}"
        for each in results[1:]
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure the sizes asked for, one after the other, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 1_000_000])
    parser.add_argument("--due", type=int, default=100_000, help="how many are due at once")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keeps the databases, and uses those there")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        (count,) = asked.counts
        print(json.dumps(asdict(measure(asked.one, count, asked.due, asked.runs))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        results = []
        for count in asked.counts:
            kept = asked.folder or Path(scratch)
            kept.mkdir(parents=True, exist_ok=True)
            filled = kept / f"{count}.db"
            if not filled.exists():
                print(f"making up {count:,} subscribers ...", file=sys.stderr)
                fill(filled, count)
            path = filled
            if asked.folder is not None:
                path = Path(scratch) / filled.name
                shutil.copy(filled, path)
            words = [str(count), "--due", str(asked.due), "--runs", str(asked.runs)]
            done = subprocess.run(
                [sys.executable, __file__, *words, "--one", str(path)],
                check=True,
                stdout=subprocess.PIPE,
            )
            results.append(Measured(**json.loads(done.stdout)))
            path.unlink()
    print(table(results, asked.due))


if __name__ == "__main__":
    main()
