"""An outage stops the sending, is told to the operators, and passes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from chat.conftest import ADMIN, Stage
from chat.states import wording

from bot.delivery.breaker import Trouble
from bot.rehearsal.emulator import Fault
from bot.service import joining
from bot.store.tables import delivery, enrolment


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault("unauthorized", "sendMessage", times=None), Trouble.UNAUTHORISED),
        (Fault("server_error", "sendMessage", times=None), Trouble.UNREACHABLE),
        (Fault("forbidden", "sendMessage", times=None), Trouble.BLOCKED),
    ],
    ids=lambda value: value if isinstance(value, Trouble) else "",
)
async def test_an_outage_stops_the_sending_until_it_is_over(
    stage: Stage, fault: Fault, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.sender.PROBES", (0.2,))
    monkeypatch.setattr("bot.delivery.breaker.CONFIRMED_WITHIN", 0.2)
    app, world = stage.app, stage.world
    admin = world.person(ADMIN)
    admin.start()
    people = [world.person(chat) for chat in range(1, 21)]
    for person in people:
        person.start()
    await stage.quiet()
    before = len(admin.chat)
    world.faults.order(fault)
    for method in ("sendChatAction", "getMe"):
        world.faults.order(Fault(fault.kind, method, times=None))
    for person in people:
        await joining.enrol(
            app.records,
            person.id,
            language="nl",
            zone="Europe/Amsterdam",
            source="poster",
            wording=wording(stage, joining.SERIES, person),
            now=app.clock.now(),
        )
    app.sender.wake()
    await world.until(lambda: app.sender.trouble is trouble)
    assert not (await app.ready())["sending"]
    world.faults.clear()
    await world.until(lambda: app.sender.trouble is None)
    await world.until(lambda: len(admin.chat) > before)
    async with app.records.db.read() as tx:
        assert set(await tx.scalars(sa.select(enrolment.c.status))) == {"active"}
        lost = await tx.scalars(sa.select(delivery.c.status).where(delivery.c.status == "failed"))
        assert not lost.all()
