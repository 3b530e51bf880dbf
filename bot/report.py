"""What commands print: aligned text for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from bot.domain.schedule import CLOSES, Slot
from bot.domain.wave import Forecast, Wave
from bot.service.doubt import Doubt
from bot.service.figures import Cell, Figures
from bot.store.deliveries import State
from bot.store.figures import STAGES


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Lines in columns: the first is flush left, numbers and hidden counts are flush right."""
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *texts, strict=True)]
    right = [
        bool(rows) and all(isinstance(row[i], int | Cell) for row in rows) for i in range(len(head))
    ]
    for line in (head, *texts):
        cells = (
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(line, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _listed(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def figures_text(figures: Figures) -> str:
    """The figures as a page of text."""
    oldest = figures.inbox.oldest
    since = f", the oldest since {minute(oldest)}" if oldest else ""
    lines = [
        f"Figures of {minute(figures.made_at)}",
        f"Subscribers    {_listed(figures.subscribers)}",
        f"Enrolled       {_listed(figures.enrolled)}",
        f"Next step due  {_listed(figures.due)}",
        f"Erased         {figures.erased}",
        f"In doubt       {_listed(figures.in_doubt)}",
        f"Physio         {_listed(figures.physio)}",
        f"Inbox          waiting: {figures.inbox.waiting}{since}; "
        f"of these replies: {figures.inbox.replies}, safety cards: {figures.inbox.cards}; "
        f"failed: {sum(figures.inbox.errors.values())}",
        *(f"               {count} × {error}" for error, count in figures.inbox.errors.items()),
    ]
    if figures.steps:
        rows = [
            (step.campaign, step.step, *(step.deliveries[state] for state in State))
            for step in figures.steps
        ]
        lines += ["", "First messages of each step"]
        lines += table(("campaign", "step", *(state.value for state in State)), rows)
    if figures.questions:
        answered = [
            (
                each.campaign,
                each.step,
                each.question,
                each.sent,
                each.answered,
                "" if each.rate is None else f"{each.rate}%",
                _listed(each.answers),
            )
            for each in figures.questions
        ]
        lines += ["", "Answers to check-ins"]
        lines += table(
            ("campaign", "step", "question", "sent", "answered", "rate", "answers"), answered
        )
    if figures.funnel.sources:
        funnel = {**figures.funnel.sources, "all": figures.funnel.all}
        lines += ["", "Subscribers by source"]
        lines += table(
            ("source", *STAGES),
            [(source, *(cells[stage] for stage in STAGES)) for source, cells in funnel.items()],
        )
    if figures.waves.waves:
        lines += ["", "The largest waves of a week", *wave_lines(figures.waves)]
    return "\n".join(lines)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def wave_lines(forecast: Forecast, most: int = 7) -> list[str]:
    """The largest waves, a line each, those that take too long among them; then what would help.

    Of a wave that overruns the local time tells when it is done. For an operator before launch,
    and for the log at the start.
    """
    several = len({wave.offset for wave in forecast.waves}) > 1
    shown = [*forecast.waves[:most], *(w for w in forecast.waves[most:] if w.overruns)]
    lines = [_wave_line(wave, forecast.rate, several) for wave in shown]
    if forecast.overruns:
        emptiest = f"such as {_slot(forecast.emptiest)}, which the fewest chose"
        if forecast.needed is None:
            lines.append(
                "No rate that Telegram allows is enough for every wave: "
                f"ask people to choose other parts of the week, {emptiest}."
            )
        else:
            lines.append(
                f"PAID_BROADCAST={forecast.needed} would end every wave within its part; "
                f"so may asking people to choose other parts of the week, {emptiest}."
            )
    return lines


def _slot(slot: Slot) -> str:
    return f"{WEEKDAYS[slot.weekday]} {slot.part}"


def _wave_line(wave: Wave, rate: int, several: bool) -> str:
    zone = f" (UTC{wave.offset / 60:+g})" if several else ""
    minutes = wave.seconds // 60
    length = (
        "under a minute" if minutes == 0 else "1 minute" if minutes == 1 else f"{minutes:,} minutes"
    )
    line = f"{_slot(wave.slot)}{zone}: {wave.messages:,} at {rate} a second, {length}"
    if wave.overruns:
        line += f"; TOO LONG for its part, done at {_clock(wave.ends)}"
    if wave.late:
        line += f"; {wave.late:,} of them don't leave before quiet hours ({CLOSES:%H:%M})"
    return line


def _clock(seconds: int) -> str:
    days, minutes = divmod(-(-seconds // 60), 24 * 60)
    later = "" if days == 0 else " the next day" if days == 1 else f" {days} days later"
    return f"{minutes // 60:02}:{minutes % 60:02}{later}"


def doubts_text(doubts: Sequence[Doubt]) -> str:
    """The deliveries in doubt as a table; a person who no longer takes part is marked."""
    rows = [
        (
            each.id,
            each.pseudonym if each.active else f"{each.pseudonym} (not active)",
            each.step,
            each.item,
            each.status,
            minute(each.at) if each.at else "",
            each.reason,
        )
        for each in doubts
    ]
    return "\n".join(table(("id", "person", "step", "item", "status", "at", "reason"), rows))


def minute(moment: datetime) -> str:
    """A moment for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def as_json(value: object) -> str:
    """Dataclasses as JSON, with times in ISO 8601 and null for a hidden count."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Cell):
        return value.count
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
