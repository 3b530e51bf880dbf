"""This program under the benchmarks: all that they know of its inside stands here.

Run as a process of its own with a job, like each of the peers; prints figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr
from uvloop import new_event_loop

from benchmarks.server import ASKER
from bot.app import App
from bot.clock import Clock
from bot.delivery.pacer import Pacer
from bot.domain.campaign import Step, StepKind
from bot.logs import set_up_logs
from bot.running import collect_seldom, opened
from bot.settings import read_settings
from bot.store import tables
from bot.store.cipher import new_key

UNLIMITED = 10**9
FIRST_CHAT = 1_000_000_000
WARM_UP = 300
TO_PLAN = 3
"""Seconds until the first message of a wave may leave."""
WEEK = timedelta(days=7)
WEBHOOK_SECRET = "benchmark"
SENT = tables.delivery.c.status == "sent"
Job = dict[str, Any]


@asynccontextmanager
async def program(job: Job, **settings: object) -> AsyncIterator[App]:
    """The program over a fresh SQLite file, its clock at noon, at the rate of the job (0: none)."""
    rate: int = job["rate"]
    real = datetime.now(UTC)
    clock = Clock(anchor=(real, real.replace(hour=11)))
    unlimited = Pacer(monotonic=clock.monotonic, per_second=UNLIMITED, per_chat=UNLIMITED)
    with tempfile.TemporaryDirectory() as folder:
        read = read_settings(
            _env_file=None,
            telegram_bot_token=SecretStr("1:a"),
            telegram_api_url=job["url"],
            database_url=f"sqlite:///{Path(folder) / 'bench.db'}",
            data_key=SecretStr(new_key()),
            paid_broadcast=rate if rate > 30 else 0,
            log_level="error",
            **settings,
        )
        set_up_logs(read)
        async with opened(read, clock, None if rate else unlimited) as app:
            yield app


async def pipeline(job: Job) -> dict[str, float]:
    """From due enrolments to settled rows, as fast as it goes: planning and all that follows."""
    async with program(job) as app:
        await app.application.initialize()
        await app.instance.join()
        sending = asyncio.create_task(app.sender.run())
        await _send_due(app, WARM_UP)
        cpu, wall = await _send_due(app, job["messages"])
        sending.cancel()
        await app.sender.stop(1)
        await app.application.shutdown()
        return {"messages": job["messages"], "cpu": cpu, "wall": wall}


async def _send_due(app: App, people: int) -> tuple[float, float]:
    """Make so many people due, plan and send; the CPU and wall time from planning on."""
    await subscribe(app, people, due=True)
    wanted = await _count(app, SENT) + people
    cpu, wall = time.process_time(), time.monotonic()
    await app.rounds.tick()
    while not app.sender.idle:  # noqa: ASYNC110 - asking is cheaper here than a hook there.
        await asyncio.sleep(0.02)
    used, took = time.process_time() - cpu, time.monotonic() - wall
    if await _count(app, SENT) != wanted:
        raise RuntimeError("not every message was sent")
    return used, took


async def wave(job: Job) -> dict[str, float]:
    """The whole program during a wave that lasts longer than the job's `seconds`.

    It polls for updates and answers them, where the server puts questions.
    """
    async with program(job, port=0) as app:
        due = int(job["rate"] * job["seconds"] * 1.1) + 100
        await subscribe(app, due, due=True)
        if job["replies"]:
            await subscribe(app, int(job["asks"] * job["seconds"] * 2) + 10, first=ASKER + 1)
        cpu, wall = time.process_time(), time.monotonic()
        await app.start()
        await asyncio.sleep(job["seconds"] + TO_PLAN)
        used, took = time.process_time() - cpu, time.monotonic() - wall
        sent = await _count(app, SENT)
        await app.stop()
        return {"messages": sent, "cpu": used, "wall": took}


def vote(number: int, option: int = 1) -> dict[str, object]:
    """The update of the vote of subscriber `number` (1 and up)."""
    voter = {"id": FIRST_CHAT + number, "is_bot": False, "first_name": "A"}
    answer = {
        "poll_id": str(number),
        "user": voter,
        "option_ids": [option],
        "option_persistent_ids": [str(option)],
    }
    return {"update_id": number, "poll_answer": answer}


async def _count(app: App, where: sa.ColumnElement[bool]) -> int:
    async with app.records.db.read() as tx:
        return await tx.scalar(sa.select(sa.func.count()).where(where)) or 0


async def subscribe(app: App, people: int, *, first: int = 0, due: bool = False) -> None:
    """So many more subscribers in both languages who are one tip far; with `due` the next is due.

    Their chat ids run from `first` on, or from FIRST_CHAT + 1 with the first one's row id of 1.
    """
    records, now = app.records, app.clock.now()
    tips = [step for step in records.campaign.steps if step.kind is StepKind.TIP]
    async with records.db.write() as tx:
        top = await tx.scalar(sa.select(sa.func.max(tables.subscriber.c.id))) or 0
        chats = first - top - 1 if first else FIRST_CHAT
        ids = range(top + 1, top + people + 1)
        subscribers = [
            {
                "id": id_,
                "pseudonym": secrets.token_hex(8),
                "chat_ref": records.cipher.hide_chat(chats + id_),
                "language": ("nl", "en")[id_ % 2],
                "zone": "Europe/Amsterdam",
                "weekday": id_ % 7,
                "part": "morning",
                "pace": 1,
                "check_ins": "yes",
                "source": "x",
                "created_at": now - WEEK,
                "seen_at": now - WEEK,
            }
            for id_ in ids
        ]
        enrolments = [
            {
                "id": id_,
                "subscriber_id": id_,
                "campaign": records.campaign.key,
                "round": 1,
                "status": "active",
                "next_step": _after(app, tips[0]).key,
                "last_step": tips[0].key,
                "last_tip": tips[0].key,
                "last_step_at": now - WEEK,
                "last_tip_at": now - WEEK,
                "next_due_at": now - timedelta(seconds=1) if due else now + WEEK,
                "started_at": now - WEEK,
            }
            for id_ in ids
        ]
        await tx.execute(sa.insert(tables.subscriber), subscribers)
        await tx.execute(sa.insert(tables.enrolment), enrolments)


def _after(app: App, step: Step) -> Step:
    """The first tip after a step."""
    steps = app.records.campaign.steps
    return next(s for s in steps[steps.index(step) + 1 :] if s.kind is StepKind.TIP)


async def ask(app: App, people: int, *, step: str = "week-1") -> None:
    """Everyone has the first question of a check-in, its poll open."""
    records, now = app.records, app.clock.now()
    deliveries = [
        {
            "enrolment_id": id_,
            "step": step,
            "item": 1,
            "lane": 1,
            "status": "sent",
            "due_at": now,
            "sent_at": now,
            "tries": 1,
            "message_id": id_,
            "poll_id": str(id_),
            "close_at": now + timedelta(days=3),
        }
        for id_ in range(1, people + 1)
    ]
    async with records.db.write() as tx:
        await tx.execute(sa.insert(tables.delivery), deliveries)


def _say(figures: object) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


KINDS = {"pipeline": pipeline, "wave": wave}

if __name__ == "__main__":
    job: Job = json.loads(sys.argv[1])
    # As `run` does it.
    collect_seldom()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        _say(runner.run(KINDS[job["kind"]](job)))
