"""People whose next step is due, as many as a test asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from process import ROOT

from bot.content.load import load, resolve
from bot.rehearsal.emulator import World
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.tables import enrolment, subscriber


async def add_people(
    world: World,
    db: Database,
    cipher: Cipher,
    numbers: Sequence[int],
    *,
    step: str | None = None,
    check_ins: str = "no",
) -> None:
    """Add people in whose zone it is morning now and whose first tip, or another step, is due.

    Their numbers are those of chat, subscriber and enrolment.
    """
    now = datetime.now(UTC)
    zone = f"Etc/GMT{now.hour - 12:+d}" if now.hour != 12 else "Etc/GMT"
    step = step or load(resolve(ROOT, "rugpijn")).campaign.steps[0].key
    for number in numbers:
        world.person(number).start()
    world.updates.clear()
    async with db.write() as tx:
        await tx.execute(
            sa.insert(subscriber),
            [
                {
                    "id": number,
                    "pseudonym": f"{number:016x}",
                    "chat_ref": cipher.hide_chat(number),
                    "language": "nl",
                    "zone": zone,
                    "weekday": now.weekday(),
                    "part": "morning",
                    "pace": 1,
                    "check_ins": check_ins,
                    "source": "poster",
                    "created_at": now,
                    "seen_at": now,
                }
                for number in numbers
            ],
        )
        await tx.execute(
            sa.insert(enrolment),
            [
                {
                    "id": number,
                    "subscriber_id": number,
                    "campaign": "rugpijn",
                    "round": 1,
                    "status": "active",
                    "next_step": step,
                    "next_due_at": now - timedelta(seconds=1),
                    "started_at": now,
                }
                for number in numbers
            ],
        )
