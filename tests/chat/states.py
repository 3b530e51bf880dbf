"""Every state that a chat can be in, and how one gets there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from chat.conftest import Stage

from bot.domain.asking import SCOPE
from bot.domain.subscriber import Person as Enrolled
from bot.domain.subscriber import Status
from bot.rehearsal.emulator.people import Person
from bot.service import asking, checkins, forgetting, joining
from bot.service.joining import Choices
from bot.store import enrolments, outbox
from bot.store.consents import Wording
from bot.store.deliveries import STEP_ITEM, Lane, Planned

Bring = Callable[[Stage, Person], Awaitable[None]]


async def stranger(stage: Stage, person: Person) -> None:
    """Nobody has met."""


async def welcomed(stage: Stage, person: Person) -> None:
    """Start was pressed, and no consent given."""
    person.start()


async def enrolled(stage: Stage, person: Person) -> None:
    """Consent was given; the first tip is there or on its way."""
    person.start()
    await joining.enrol(
        stage.app.records,
        person.id,
        language=person.language_code,
        zone="Europe/Amsterdam",
        source="poster",
        wording=wording(stage, joining.SERIES, person),
        now=stage.app.clock.now(),
    )
    stage.app.sender.wake()


async def asked(stage: Stage, person: Person) -> None:
    """The consent to check-ins has been asked for."""
    await enrolled(stage, person)
    await ask(stage, person, "week-1", STEP_ITEM)


async def polled(stage: Stage, person: Person) -> None:
    """A question is open."""
    await enrolled(stage, person)
    now = stage.app.clock.now()
    words = wording(stage, joining.CHECK_INS, person)
    await checkins.agree(stage.app.records, person.id, words, now)
    await ask(stage, person, "week-1")


async def paused(stage: Stage, person: Person) -> None:
    """A break of two weeks."""
    await enrolled(stage, person)
    await take_a_break(stage, person)


async def take_a_break(stage: Stage, person: Person) -> None:
    await joining.pause(stage.app.records, person.id, 2, stage.app.clock.now())


async def resting(stage: Stage, person: Person) -> None:
    """A break without end."""
    await enrolled(stage, person)
    await rest(stage, person)


async def rest(stage: Stage, person: Person) -> None:
    await joining.pause(stage.app.records, person.id, None, stage.app.clock.now())


async def back(stage: Stage, person: Person) -> None:
    """The bot was blocked, and is not any more."""
    await enrolled(stage, person)
    await block(stage, person)


async def block(stage: Stage, person: Person) -> None:
    await joining.blocked(stage.app.records, person.id, stage.app.clock.now())


async def left(stage: Stage, person: Person) -> None:
    """Stopped."""
    await enrolled(stage, person)
    await stop(stage, person)


async def stop(stage: Stage, person: Person) -> None:
    await joining.stop(stage.app.records, person.id, stage.app.clock.now())


async def finished(stage: Stage, person: Person) -> None:
    """All twelve weeks are over."""
    await enrolled(stage, person)
    await finish(stage, person)


async def finish(stage: Stage, person: Person) -> None:
    found = await _found(stage, person)
    over = replace(found.enrolment, status=Status.FINISHED, next_step=None, next_due_at=None)
    async with stage.app.records.db.write() as tx:
        await enrolments.move(tx, [over])


async def off(stage: Stage, person: Person) -> None:
    """No questions any more."""
    await polled(stage, person)
    await turn_off(stage, person)


async def turn_off(stage: Stage, person: Person) -> None:
    await checkins.decline(stage.app.records, person.id, stage.app.clock.now())


async def night(stage: Stage, person: Person) -> None:
    """It is the middle of the night where the person is."""
    await enrolled(stage, person)
    await fall_dark(stage, person)


async def fall_dark(stage: Stage, person: Person) -> None:
    now = stage.app.clock.now()
    # Etc/GMT-3 lies three hours ahead.
    ahead = (3 - now.hour + 11) % 24 - 11
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"
    await joining.choose(stage.app.records, person.id, Choices(zone=zone), now)


async def erased(stage: Stage, person: Person) -> None:
    """Everything was erased."""
    await enrolled(stage, person)
    await forgetting.forget_chat(stage.app.records.db, stage.app.records.cipher, person.id)


async def asking_physio(stage: Stage, person: Person) -> None:
    """In conversation with the physio."""
    await enrolled(stage, person)
    await asking.begin(
        stage.app.records,
        person.id,
        Wording(SCOPE, 1, person.language_code, "Ja."),
        stage.app.clock.now(),
    )


async def answered_physio(stage: Stage, person: Person) -> None:
    """The conversation with the physio is over; the consent stands."""
    await asking_physio(stage, person)
    await asking.close(stage.app.records, person.id)


STATES: tuple[Bring, ...] = (
    stranger, welcomed, enrolled, asked, polled, paused, resting, back, left, finished, off, night,
    erased,
)  # fmt: skip

STAFFED: tuple[Bring, ...] = (stranger, enrolled, left, asking_physio, answered_physio)
"""Those that matter where a physio can be asked."""


def wording(stage: Stage, scope: str, person: Person) -> Wording:
    """What this person says yes to."""
    language = person.language_code
    version, text = stage.app.texts.wording(scope, language)
    return Wording(scope, version, language, text)


async def _found(stage: Stage, person: Person) -> Enrolled:
    found = await joining.look(stage.app.records, person.id)
    assert found is not None
    return found


async def ask(stage: Stage, person: Person, step: str, item: int = 1) -> None:
    """Send one item of a check-in."""
    found = await _found(stage, person)
    now = stage.app.clock.now()
    async with stage.app.records.db.write() as tx:
        await outbox.queue(
            tx, [Planned(found.enrolment.id, step, item, Lane.INTERACTIVE, now, None)]
        )
    stage.app.sender.wake()
