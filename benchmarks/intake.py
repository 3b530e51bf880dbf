"""A burst of votes at the webhook of the whole program.

At the free pace of 30 replies a second, on SQLite with full durability. Three runs, each over a
fresh database: as many votes as the program takes, 1,000 a second, and as many as it takes with a
SIGKILL when half are acknowledged. What wasn't acknowledged is posted again, as Telegram does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from uvloop import new_event_loop

from benchmarks import ours, runs
from benchmarks.runs import Conditions, Figures, served
from benchmarks.table import Table
from bot.clock import Clock
from bot.logs import set_up_logs
from bot.running import collect_seldom, opened, serving
from bot.settings import read_settings
from bot.store.cipher import new_key

BURST = 50_000
CONNECTIONS = 40
"""Telegram's default for a webhook."""
ANSWERED = "SELECT count(*) FROM answer WHERE value IS NOT NULL"
REPLIES_WAIT = "SELECT count(*) FROM inbox WHERE state IN ('answering', 'urgent')"
Job = dict[str, Any]


async def serve(job: Job) -> None:
    """The program behind its webhook until it is killed; says when it listens.

    To `prepare` is to write down the people and their questions, and no more.
    """
    real = datetime.now(UTC)
    clock = Clock(anchor=(real, real.replace(hour=11)))
    settings = read_settings(
        _env_file=None,
        telegram_bot_token=SecretStr("1:a"),
        telegram_api_url=job["url"],
        database_url=f"sqlite:///{job['database']}",
        data_key=SecretStr(job["key"]),
        webhook_url=f"http://127.0.0.1:{job['port']}/webhook",
        webhook_secret=SecretStr(ours.WEBHOOK_SECRET),
        port=job["port"],
        log_level="error",
    )
    set_up_logs(settings)
    collect_seldom()
    async with opened(settings, clock) as app:
        if job["prepare"]:
            await ours.subscribe(app, job["votes"])
            await ours.ask(app, job["votes"])
            return
        async with serving(app):
            await app.start()
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


def serving_command(job: Job) -> list[str]:
    return [sys.executable, "-m", "benchmarks.intake", json.dumps(job)]


@contextmanager
def program(job: Job) -> Iterator[subprocess.Popen[str]]:
    """The program as a process on a core of its own."""
    command = runs.pinned(runs.CLIENT_CORE, serving_command(job))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("the program didn't start")
            yield process
        finally:
            process.kill()


def cpu(process: subprocess.Popen[str]) -> float:
    """The CPU seconds that a process has used, all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: subprocess.Popen[str]) -> float:
    """The most memory that a process ever held, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@dataclass
class Feeder:
    """Posts votes over several connections, kept alive, each until it is acknowledged.

    `rate` is in votes a second (0: as fast as they are taken).
    """

    port: int
    votes: int
    rate: float = 0
    acknowledged: int = 0
    repeated: int = 0
    _left: deque[int] = field(default_factory=deque)
    _began: float = 0

    async def run(self) -> None:
        self._left.extend(range(1, self.votes + 1))
        self._began = time.monotonic()
        await asyncio.gather(*(self._connection() for _ in range(CONNECTIONS)))

    async def _connection(self) -> None:
        while self.acknowledged < self.votes:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            try:
                while self._left:
                    await self._post(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                continue
            finally:
                writer.close()
            await asyncio.sleep(0.1)

    async def _post(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = self._left.popleft()
        try:
            if self.rate:
                await asyncio.sleep(self._began + number / self.rate - time.monotonic())
            body = json.dumps(ours.vote(number)).encode()
            writer.write(
                b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"X-Telegram-Bot-Api-Secret-Token: %b\r\nContent-Length: %d\r\n\r\n%b"
                % (ours.WEBHOOK_SECRET.encode(), len(body), body)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(f"not acknowledged: {head[:40]!r}")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
        except BaseException:
            self.repeated += 1
            self._left.append(number)
            raise
        self.acknowledged += 1


class Run:
    """One burst: its own database, server and program."""

    def __init__(self, folder: Path, url: str, votes: int) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.votes = votes
        self.job: Job = {
            "url": url,
            "database": str(folder / "bench.db"),
            "key": new_key(),
            "port": port,
            "votes": votes,
            "prepare": False,
        }
        subprocess.run(serving_command({**self.job, "prepare": True}), check=True)

    def burst(self, rate: float = 0) -> Figures:
        """Post all votes, wait until all are answered."""
        with program(self.job) as process:
            before, began = cpu(process), time.monotonic()
            feeder = Feeder(self.job["port"], self.votes, rate)
            asyncio.run(feeder.run())
            took, used = time.monotonic() - began, cpu(process) - before
            self._drain()
            drained = time.monotonic() - began
            return {**self._figures(took, drained, process), "share": used / took, "repeated": 0}

    def killed(self) -> Figures:
        """The same, with a SIGKILL when half are acknowledged and a new start."""
        began = time.monotonic()
        feeder = Feeder(self.job["port"], self.votes)

        async def half(process: subprocess.Popen[str]) -> asyncio.Task[None]:
            running = asyncio.create_task(feeder.run())
            while feeder.acknowledged < self.votes // 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            return running

        async def whole() -> Figures:
            with program(self.job) as process:
                running = await half(process)
            with program(self.job) as process:
                await running
                took = time.monotonic() - began
                await asyncio.to_thread(self._drain)
                return self._figures(took, time.monotonic() - began, process)

        return {**asyncio.run(whole()), "repeated": feeder.repeated}

    def _ask(self, query: str) -> int:
        with closing(sqlite3.connect(f"file:{self.job['database']}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])

    def _drain(self) -> None:
        """Wait until every vote is answered, or nothing moves any more."""
        last, since = -1, time.monotonic()
        while (now := self._ask(ANSWERED)) < self.votes and time.monotonic() - since < 60:
            if now != last:
                last, since = now, time.monotonic()
            time.sleep(0.2)

    def _figures(self, took: float, drained: float, process: subprocess.Popen[str]) -> Figures:
        return {
            "taken": self.votes / took,
            "answered": self.votes / drained,
            "memory": memory(process),
            "waiting": self._ask(REPLIES_WAIT),
            "lost": self.votes - self._ask(ANSWERED),
        }


WAYS: Mapping[str, Callable[[Run], Figures]] = {
    "all at once": Run.burst,
    "1,000 a second": partial(Run.burst, rate=1_000),
    "killed halfway": Run.killed,
}


def intake(repeats: int, _long: bool) -> list[Table]:
    """Medians of the runs; what was lost, posted again or held at most is of the worst one."""
    table = Table(
        f"Intake of {BURST:,} votes", "", "taken a second", "of a core",
        "answered a second", "MB", "replies that wait", "posted again", "lost",
    )  # fmt: skip
    for name, way in WAYS.items():
        found = [_once(way) for _ in range(repeats)]
        middle = {key: median(each[key] for each in found) for key in found[0]}
        most = {key: max(each[key] for each in found) for key in found[0]}
        share = f"{middle['share']:.0%}" if "share" in middle else ""
        table.add(
            name, f"{middle['taken']:,.0f}", share, f"{middle['answered']:,.0f}",
            f"{most['memory']:.0f}", f"{middle['waiting']:,.0f}", f"{most['repeated']}",
            f"{most['lost']}",
        )  # fmt: skip
    return [table]


def _once(way: Callable[[Run], Figures]) -> Figures:
    with tempfile.TemporaryDirectory() as folder, served(Conditions()) as url, _beside():
        return way(Run(Path(folder), url, BURST))


@contextmanager
def _beside() -> Iterator[None]:
    """Keep what posts off the core of the program that it measures."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {runs.SERVER_CORE % (os.cpu_count() or 1)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:  # As `run` does it.
        runner.run(serve(json.loads(sys.argv[1])))
