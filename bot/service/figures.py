"""The operator's figures: counts, and what is hidden so that they name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from bot.domain.campaign import Campaign
from bot.domain.schedule import local_date, zone_info
from bot.domain.subscriber import Status
from bot.domain.wave import Forecast
from bot.service import waves
from bot.store import figures, meta
from bot.store.database import Database
from bot.store.deliveries import State
from bot.store.inbox import ANSWERING, URGENT

SMALL = 10
"""A group of people smaller than this is not counted out, unless it is empty."""

ENOUGH = 30
"""The least number of which a percentage says anything."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of people. `count` is None where it is hidden: because it is `small`, or because a
    small one could be worked out from it.
    """

    count: int | None
    small: bool = False

    def __str__(self) -> str:
        if self.count is not None:
            return str(self.count)
        return f"<{SMALL}" if self.small else "hidden"


def cell(count: int) -> Cell:
    """One count by itself."""
    small = 0 < count < SMALL
    return Cell(None if small else count, small)


def protected(counts: Sequence[int]) -> tuple[list[Cell], Cell]:
    """The counts of groups that make up a whole, and the whole.

    Small ones are hidden, and so many of the next larger ones as it takes to keep them from being
    worked out as the whole less the others; the whole itself where there are no others.
    """
    cells = [cell(count) for count in counts]
    whole = cell(sum(counts))
    shown = sorted((i for i, count in enumerate(counts) if count >= SMALL), key=counts.__getitem__)
    while whole.count is not None and _open(counts, cells):
        if not shown:
            whole = Cell(None)
            break
        cells[shown.pop(0)] = Cell(None)
    return cells, whole


def _open(counts: Sequence[int], cells: Sequence[Cell]) -> bool:
    """Whether the hidden counts follow from their sum, or are a small group together."""
    hidden = [count for count, each in zip(counts, cells, strict=True) if each.count is None]
    total = sum(hidden)
    return bool(hidden) and (
        len(hidden) == 1 or total < SMALL or min(hidden) == max(hidden) == SMALL - 1
    )


def percentage(part: Cell, whole: Cell) -> int | None:
    """A rounded percentage, or None where it would mean little or give something away."""
    if part.count is None or whole.count is None or whole.count < ENOUGH:
        return None
    return round(100 * part.count / whole.count)


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How the first messages of a step stand, by status."""

    campaign: str
    step: str
    deliveries: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How a question of a check-in was answered. `rate` is a percentage."""

    campaign: str
    step: str
    question: str
    sent: Cell
    answered: Cell
    rate: int | None
    answers: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many subscribers came how far, by source and in all."""

    sources: Mapping[str, Mapping[str, Cell]]
    all: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Updates that wait, and those set aside, by their error.

    Of those that wait, `replies` are handled and their replies have not all left, `cards` of them
    with a safety card.
    """

    waiting: int
    replies: int
    cards: int
    oldest: datetime | None
    errors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that `stats` tells. `due` and `enrolled` count by their span."""

    made_at: datetime
    subscribers: Mapping[str, int]
    enrolled: Mapping[str, int]
    due: Mapping[str, int]
    erased: int
    steps: Sequence[StepFigures]
    in_doubt: Mapping[str, int]
    physio: Mapping[str, Cell]
    questions: Sequence[QuestionFigures]
    funnel: Funnel
    inbox: Inbox
    waves: Forecast


async def collect(db: Database, now: datetime, zone: str, campaign: Campaign, rate: int) -> Figures:
    """The figures of this moment; "today" is the day in `zone`.

    The waves are those of `campaign` at `rate` messages a second. Small ones are left out.
    """
    midnight = datetime.combine(local_date(now, zone), time_of_day(), zone_info(zone))
    async with figures.snapshot(db) as tx:
        statuses = await figures.statuses(tx)
        forecast = await waves.expected(tx, campaign, rate, now)
        waiting, oldest = await figures.waiting(tx)
        return Figures(
            made_at=now,
            subscribers={status.value: statuses.get(status, 0) for status in Status},
            enrolled={
                "today": await figures.enrolled_since(tx, midnight),
                "7 days": await figures.enrolled_since(tx, now - WEEK),
            },
            due={
                "24 hours": await figures.due_before(tx, campaign.key, now + DAY),
                "7 days": await figures.due_before(tx, campaign.key, now + WEEK),
            },
            erased=int(await meta.get(tx, "erased") or 0),
            steps=_steps(await figures.steps(tx)),
            in_doubt=await figures.in_doubt(tx),
            physio={name: cell(count) for name, count in (await figures.asked(tx)).items()},
            questions=_questions(await figures.questions(tx), await figures.values(tx)),
            funnel=funnel(await figures.funnel(tx)),
            inbox=Inbox(
                waiting=sum(waiting.values()),
                replies=waiting[ANSWERING] + waiting[URGENT],
                cards=waiting[URGENT],
                oldest=oldest,
                errors=await figures.inbox_errors(tx),
            ),
            waves=replace(
                forecast, waves=[wave for wave in forecast.waves if wave.messages >= SMALL]
            ),
        )


def _steps(rows: Iterable[Any]) -> list[StepFigures]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        known = counts.setdefault(
            (row["campaign"], row["step"]), {state.value: 0 for state in State}
        )
        known[row["status"]] = row["count"]
    return [StepFigures(campaign, step, known) for (campaign, step), known in counts.items()]


def _questions(sent: Iterable[Any], values: Iterable[Any]) -> list[QuestionFigures]:
    given: dict[tuple[str, str, int], dict[str, int]] = {}
    names: dict[tuple[str, str, int], str] = {}
    for row in values:
        place = (row["campaign"], row["step"], row["item"])
        names[place] = row["question"]
        given.setdefault(place, {})[row["value"]] = row["count"]
    result = []
    for row in sent:
        place = (row["campaign"], row["step"], row["item"])
        counts = given.get(place, {})
        ordered = sorted(counts, key=lambda value: (not value.isdigit(), len(value), value))
        cells, answered = protected([counts[value] for value in ordered])
        asked = cell(row["sent"])
        result.append(
            QuestionFigures(
                campaign=row["campaign"],
                step=row["step"],
                question=names.get(place, f"question {row['item']}"),
                sent=asked,
                answered=answered,
                rate=percentage(answered, asked),
                answers=dict(zip(ordered, cells, strict=True)),
            )
        )
    return result


def funnel(rows: Sequence[Any]) -> Funnel:
    """The funnel by source, each stage protected by itself."""
    columns = {stage: protected([row[stage] for row in rows]) for stage in figures.STAGES}
    return Funnel(
        sources={
            row["source"]: {stage: cells[index] for stage, (cells, _) in columns.items()}
            for index, row in enumerate(rows)
        },
        all={stage: whole for stage, (_, whole) in columns.items()},
    )
