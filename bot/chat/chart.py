"""A person's own answers in words and numbers; nothing in them is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.content.render import Texts
from bot.domain.campaign import Campaign, Scale
from bot.domain.progress import Point

IN_WORDS = (Scale.CHANGE, Scale.KNOWLEDGE, Scale.CHOICE)
"""Scales whose stored values are no numbers that people would know."""


def chart(texts: Texts, series: Mapping[Scale, Sequence[Point]], language: str) -> str:
    """The answers as lines of plain text, for a tip or the last message; empty without answers."""
    return "\n".join(
        texts.plain(
            f"chart.line.{scale}", language, points=points_text(texts, scale, points, language)
        )
        for scale, points in series.items()
    )


def points_text(texts: Texts, scale: Scale, points: Sequence[Point], language: str) -> str:
    """The answers on one scale, such as "week 1: 6, week 3: 4"."""
    return ", ".join(
        texts.plain(
            "chart.point",
            language,
            week=point.week,
            value=_value(texts.campaign, scale, point, language),
        )
        for point in points
    )


def _value(campaign: Campaign, scale: Scale, point: Point, language: str) -> str:
    if scale not in IN_WORDS:
        return point.value
    asked = (
        question
        for step in campaign.steps
        if step.week == point.week
        for question in step.questions
        if question.scale is scale and point.value in question.values
    )
    for question in asked:
        return question.options[language][question.values.index(point.value)]
    return point.value
