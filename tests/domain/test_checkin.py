"""Which thank-you an answer gets, and when the safety card comes first."""

from __future__ import annotations

import pytest

from bot.domain.campaign import SKIP, Question
from bot.domain.checkin import alarming, option_value, thanks

from .examples import ACTIVE, CHANGE, KNOWN, LIKED, PAIN, SURE, check_in

TABLE: list[tuple[Question, str, str | None, str, bool]] = [
    (PAIN, "0", None, "pain.none", False),
    (PAIN, "0", "9", "pain.none", False),
    (PAIN, "1", None, "pain.some", False),
    (PAIN, "7", None, "pain.some", False),
    (PAIN, "7", "6", "pain.some", False),
    (PAIN, "7", "5", "pain.up", True),
    (PAIN, "2", "0", "pain.up", True),
    (PAIN, "7", "9", "pain.some", False),
    (PAIN, "7", SKIP, "pain.some", False),
    (PAIN, "8", None, "pain.high", True),
    (PAIN, "8", "10", "pain.high", True),
    (PAIN, "10", "0", "pain.high", True),
    (PAIN, SKIP, "9", "skip", False),
    (ACTIVE, "0", None, "active-days.low", False),
    (ACTIVE, "1", None, "active-days.low", False),
    (ACTIVE, "2", None, "active-days.mid", False),
    (ACTIVE, "4", None, "active-days.mid", False),
    (ACTIVE, "5", None, "active-days.high", False),
    (ACTIVE, "7", None, "active-days.high", False),
    (SURE, "3", None, "confidence.low", False),
    (SURE, "4", None, "confidence.mid", False),
    (SURE, "7", None, "confidence.mid", False),
    (SURE, "8", None, "confidence.high", False),
    (CHANGE, "recovered", None, "change.better", False),
    (CHANGE, "slightly-better", None, "change.better", False),
    (CHANGE, "same", None, "change.same", False),
    (CHANGE, "slightly-worse", None, "change.worse", True),
    (CHANGE, "worse-than-ever", None, "change.worse", True),
    (KNOWN, "mostly-not", None, "knowledge.right", False),
    (KNOWN, "always", None, "knowledge.other", False),
    (LIKED, "cycling", None, "choice", False),
    (LIKED, SKIP, None, "skip", False),
]


@pytest.mark.parametrize(("question", "value", "earlier", "key", "safety"), TABLE)
def test_thanks(
    question: Question, value: str, earlier: str | None, key: str, safety: bool
) -> None:
    said = thanks(question, value, earlier)
    assert (said.key, said.safety) == (f"thanks.{key}", safety)


@pytest.mark.parametrize("question", [PAIN, ACTIVE, SURE, CHANGE, KNOWN, LIKED])
def test_every_value_has_a_thank_you_whatever_came_before(question: Question) -> None:
    for value in question.values:
        for earlier in (None, *question.values):
            assert thanks(question, value, earlier).key.startswith("thanks.")


@pytest.mark.parametrize(
    ("option", "value"), [(0, "0"), (10, "10"), (11, SKIP), (12, None), (-1, None)]
)
def test_an_option_stands_for_a_value_or_for_nothing(option: int, value: str | None) -> None:
    assert option_value(PAIN, option) == value


@pytest.mark.parametrize(
    ("pains", "change", "found"),
    [
        (("3", "4"), "same", ()),
        (("3", "5"), "same", ("pain",)),
        (("3", SKIP, "5"), "same", ("pain",)),
        (("9", SKIP), "same", ()),
        (("9", "3"), "slightly-worse", ("change",)),
        (("9", "9"), "slightly-worse", ("pain", "change")),
    ],
)
def test_what_alarms_in_a_check_in(pains: tuple[str, ...], change: str, found: tuple[str]) -> None:
    before = [(f"before-{number}", "pain", pain) for number, pain in enumerate(pains[:-1])]
    given = [*before, ("now", "change", change), ("now", "pain", pains[-1])]
    assert alarming(check_in("now", 10, CHANGE, PAIN), given) == set(found)
