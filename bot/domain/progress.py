"""Someone's own answers over the weeks, and what of them a picture shows; nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.campaign import Scale, Step

HIGHEST = {Scale.PAIN: 10, Scale.ACTIVE_DAYS: 7, Scale.CONFIDENCE: 10}
"""The scales that are drawn, top to bottom, each with its highest value."""

MOST = 12
"""Answers that are drawn of each scale: the last ones, as many as a phone shows side by side."""

ENOUGH = 2
"""Answers on one scale from which on there is something to draw."""


@dataclass(frozen=True, slots=True)
class Point:
    """An answer in its week."""

    week: int
    value: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The answers on one scale: weeks and values in the order in which they were given."""

    scale: Scale
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of someone's answers, before it is drawn, in their language."""

    language: str
    panels: tuple[Panel, ...]


def chart_of(series: Mapping[Scale, Sequence[Point]], language: str) -> Chart | None:
    """The picture of answers, or None while no question with numbers was answered twice."""
    panels = tuple(
        Panel(scale, points)
        for scale in HIGHEST
        if (points := _numbers(series.get(scale, ()))[-MOST:])
    )
    if not any(len(panel.points) >= ENOUGH for panel in panels):
        return None
    return Chart(language, panels)


def repeated(series: Mapping[Scale, Sequence[Point]], step: Step) -> dict[Scale, Sequence[Point]]:
    """Of the scales of a check-in those that are drawn, and were answered in it and before it."""
    asked = {question.scale for question in step.questions}
    return {
        scale: points
        for scale in HIGHEST
        if scale in asked
        and len(points := series.get(scale, ())) >= ENOUGH
        and points[-1].week == step.week
    }


def _numbers(points: Sequence[Point]) -> tuple[tuple[int, int], ...]:
    return tuple((point.week, int(point.value)) for point in points if point.value.isdecimal())
