"""Every row of the table of safety in every state of a chat: what comes first, and what is held."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from chat import states
from chat.conftest import Stage
from chat.states import STATES, ask, polled

from bot.domain.campaign import CHANGE_VALUES, SKIP
from bot.domain.exchange import EXCHANGES, First, Said
from bot.rehearsal.emulator.people import Person

pytestmark = pytest.mark.soak


PAIN = [*map(str, range(11)), SKIP]
CHANGE = [*CHANGE_VALUES, SKIP]


Become = Callable[[Stage, Person], Awaitable[None]]


async def stay(stage: Stage, person: Person) -> None:
    """Under way."""


BECOME = (
    stay, states.take_a_break, states.rest, states.block, states.stop, states.finish,
    states.turn_off, states.fall_dark,
)  # fmt: skip
"""What may have become of someone since their question came."""

TEXTS = {
    Said.MEDICAL_WORDS: (
        "ik kan niet meer plassen",
        "I can't feel my legs",
        "ik heb kortsen koorts",
    ),
    Said.SUICIDE_WORDS: ("ik wil niet meer leven", "I want to end my life", "/stop ik wil dood"),
    Said.OTHER_WORDS: ("dank je wel", "my phone fell", "ik ben niet gevallen"),
}
COMMANDS = {
    Said.MEDICAL_WORDS: ("/exercises verlamd", "/start I can't pee anymore"),
    Said.SUICIDE_WORDS: ("/stop\nik wil dood", "/tips suicide"),
}


@dataclass
class Cell:
    """One person who says one thing in one state."""

    name: str
    language: str
    said: Said
    person: Person
    do: Callable[[], object]
    heard: int = 0

    def answers(self) -> list[dict[str, Any]]:
        """What the bot sent since."""
        return [m for m in self.person.chat[self.heard :] if m["from"]["is_bot"]]


def pain(value: str) -> Said:
    return Said.PAIN_HIGH if value in ("8", "9", "10") else Said.OTHER_ANSWER


def change(value: str) -> Said:
    worse = value.endswith("-worse") or value == "worse-than-ever"
    return Said.CHANGE_WORSE if worse else Said.OTHER_ANSWER


def first(stage: Stage, cell: Cell) -> First:
    """What came first."""
    message, *_ = cell.answers()
    texts, language = stage.app.texts, cell.language
    text = message.get("text", "")
    card = texts.card("safety", language).split("\n")[4].partition("<")[0]
    asks = texts.phrase("fallback.suicide", language).split("\n")[0]
    asks = asks.removeprefix("<b>").removesuffix("</b>")
    if text.startswith(asks) and "113" in text and card not in text:
        return First.HELP_LINE
    return First.CARD if card in text else First.REPLY


def exercises(cell: Cell) -> bool:
    """Whether anything in the exchange leads to exercises."""
    said = repr(cell.answers())
    return any(way in said for way in ("/oefeningen", "/exercises", "card:exercises"))


async def played(
    stage: Stage, cells: list[Cell], become: Callable[[Cell], Awaitable[None]]
) -> None:
    """Let everybody get into their state and say their thing, and hold it against the table."""
    for cell in cells:
        await become(cell)
        cell.heard = len(cell.person.chat)
        cell.do()
    await stage.quiet(timeout=300)
    wrong = []
    for cell in cells:
        exchange = EXCHANGES[cell.said]
        came = first(stage, cell)
        if came is not exchange.first or (exercises(cell) and not exchange.exercises):
            wrong.append(f"{cell.name}: {came}, {[m.get('text', 'poll') for m in cell.answers()]}")
    assert wrong == [], "\n".join(wrong)


def poll(person: Person) -> int:
    return int([m for m in person.chat if "poll" in m][-1]["message_id"])


async def _walk(
    stage: Stage, cells: list[tuple[Cell, Become]], step: str, before: list[int] | None = None
) -> None:
    """Ask everybody the first question of a step, and let them answer it in their state.

    With `before`, they chose these options in the first check-in.
    """
    for cell, _ in cells:
        await polled(stage, cell.person)
    await stage.quiet(timeout=300)
    if before is not None:
        for cell, _ in cells:
            cell.person.vote(poll(cell.person), before)
        await stage.quiet(timeout=300)
    if step != "week-1":
        for cell, _ in cells:
            await ask(stage, cell.person, step)
        await stage.quiet(timeout=300)
    ways = {cell.name: become for cell, become in cells}
    await played(
        stage, [cell for cell, _ in cells], lambda cell: ways[cell.name](stage, cell.person)
    )


def _cells(stage: Stage, languages: tuple[str, ...], said: list[Said]) -> list[tuple[Cell, Become]]:
    """Someone for each option, state and language."""
    ids = itertools.count(7_100_000_000)
    cells = []
    for language, become, option in itertools.product(languages, BECOME, range(len(said))):
        person = stage.world.person(next(ids), language_code=language)

        def vote(person: Person = person, option: int = option) -> None:
            person.vote(poll(person), [option])

        name = f"{language}, {become.__name__}, option {option}"
        cells.append((Cell(name, language, said[option], person, vote), become))
    return cells


async def test_every_pain_in_every_state(stage: Stage, languages: tuple[str, ...]) -> None:
    await _walk(stage, _cells(stage, languages, [pain(value) for value in PAIN]), "week-1")


async def test_every_change_in_every_state(stage: Stage, languages: tuple[str, ...]) -> None:
    await _walk(stage, _cells(stage, languages, [change(value) for value in CHANGE]), "week-6")


async def test_clearly_more_pain_than_before_in_every_state(
    stage: Stage, languages: tuple[str, ...]
) -> None:
    risen = [Said.OTHER_ANSWER] * 4 + [Said.PAIN_UP]
    cells = [each for each in _cells(stage, languages, risen) if each[0].said is Said.PAIN_UP]
    await _walk(stage, cells, "week-3", before=[2])


async def test_all_words_in_every_state(stage: Stage, languages: tuple[str, ...]) -> None:
    ids = itertools.count(7_300_000_000)
    cells = []
    async with asyncio.TaskGroup() as group:
        for language, bring in itertools.product(languages, STATES):
            for said, texts in itertools.chain(TEXTS.items(), COMMANDS.items()):
                for text in texts:
                    person = stage.world.person(next(ids), language_code=language)

                    def write(person: Person = person, text: str = text) -> None:
                        person.text(text)

                    name = f"{language}, {bring.__name__}, {text}"
                    cells.append(Cell(name, language, said, person, write))
                    group.create_task(bring(stage, person))
    await stage.quiet(timeout=300)

    async def ready(cell: Cell) -> None:
        """They are where they are."""

    await played(stage, cells, ready)


async def test_words_under_a_picture_and_in_a_changed_message(stage: Stage) -> None:
    person = stage.world.person(7_400_000_000, language_code="nl")
    for do in (
        lambda: person.photo("mijn been is verlamd"),
        lambda: person.edit(person.text("hallo")["message_id"], "mijn been is verlamd"),
    ):
        await stage.quiet()
        before = len(person.chat)
        do()
        await stage.quiet()
        said = [m["text"] for m in person.chat[before:] if m["from"]["is_bot"]]
        assert any(
            stage.app.texts.phrase("fallback.alarm", "nl").split("\n")[0][3:30] in s for s in said
        )
