"""What a text may know about its reader: the choices that they told in check-ins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.campaign import SKIP, Campaign, Scale


def fact(question_key: str) -> str:
    """The name by which a text knows the answer to a question."""
    return question_key.replace("-", "_")


def choices(campaign: Campaign, given: Iterable[tuple[str, str | None]]) -> Mapping[str, str]:
    """The last answer to each question of the scale `choice`, by the fact's name.

    `given` are question and value of every answer, oldest first. One passed over, taken back or
    never given is empty.
    """
    asked = {
        question.key
        for step in campaign.steps
        for question in step.questions
        if question.scale is Scale.CHOICE
    }
    facts = {fact(key): "" for key in asked}
    for key, value in given:
        if key in asked and value not in (None, SKIP):
            facts[fact(key)] = str(value)
    return facts
