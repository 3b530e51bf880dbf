"""Where everything stands in the picture of someone's answers, in pixels: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.campaign import Scale
from bot.domain.progress import HIGHEST, Chart, Panel

WIDTH = 720
"""Twice the width of a narrow phone."""
MARGIN = 40
TOP, BOTTOM = 100, 16
PANEL = 318
"""The height of a panel with its title above and its weeks below."""
HIGH, LOW = 158, 248
"""Where a panel's highest and lowest values are, from its top."""
LEFT, RIGHT = 142, 668
"""Where the first and the last week are."""
ROOM = 44
"""What a two-digit value takes beside its neighbour."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer: its place, its value and its week."""

    x: float
    y: float
    value: int
    week: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel in its place; `top` is where it begins, `high` and `low` are its scale's ends."""

    scale: Scale
    top: int
    high: int
    low: int
    highest: int
    marks: tuple[Mark, ...]

    @property
    def line(self) -> str:
        """The marks one after the other, as the points of an SVG polyline."""
        return " ".join(f"{mark.x:g},{mark.y:g}" for mark in self.marks)


def height(chart: Chart) -> int:
    """The height of the whole picture."""
    return TOP + PANEL * len(chart.panels) + BOTTOM


def placed(chart: Chart) -> Iterator[Placed]:
    """The panels from top to bottom. A week has one place in all of them, unless it's crowded."""
    weeks = [week for panel in chart.panels for week, _ in panel.points]
    first, last = min(weeks), max(weeks)
    for number, panel in enumerate(chart.panels):
        top = TOP + PANEL * number
        high, low, highest = top + HIGH, top + LOW, HIGHEST[panel.scale]
        marks = tuple(
            Mark(x, round(low - (low - high) * value / highest, 1), value, week)
            for x, (week, value) in zip(_across(panel, first, last), panel.points, strict=True)
        )
        yield Placed(panel.scale, top, high, low, highest, marks)


def _across(panel: Panel, first: int, last: int) -> list[float]:
    weeks = [week for week, _ in panel.points]
    if first == last:
        return _evenly(len(weeks))
    places = [round(LEFT + (RIGHT - LEFT) * (week - first) / (last - first), 1) for week in weeks]
    crowded = any(after - before < ROOM for before, after in pairwise(places))
    return _evenly(len(weeks)) if crowded else places


def _evenly(count: int) -> list[float]:
    if count == 1:
        return [(LEFT + RIGHT) / 2]
    return [round(LEFT + (RIGHT - LEFT) * number / (count - 1), 1) for number in range(count)]
