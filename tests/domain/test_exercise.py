"""An idea for somebody: liked, not seen lately, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exercise import (
    LATELY,
    LIKED,
    Acquaintance,
    Effort,
    Exercise,
    ExerciseLibrary,
    Posture,
    suggested,
)
from bot.domain.message import Medium, MediumKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PICTURE = Medium(MediumKind.PHOTO, "a.png", b"", "0")
KEYS = tuple("abcdefgh")
LIBRARY = ExerciseLibrary(
    tuple(Exercise(key, Posture.SITTING, False, Effort.GENTLE, {}, PICTURE) for key in KEYS), {}
)

moments = st.none() | st.integers(0, 30).map(lambda days: NOW - timedelta(days=days))
people = st.lists(
    st.builds(Acquaintance, st.sampled_from((*KEYS, "gone")), moments, moments),
    unique_by=lambda each: each.key,
)


@given(people, st.text())
def test_what_was_seen_lately_comes_only_when_all_were(
    known: list[Acquaintance], seed: str
) -> None:
    seen = {each.key: each.seen_at for each in known if each.seen_at is not None}
    found = suggested(LIBRARY, known, NOW, seed).key
    lately = {key for key in KEYS if key in seen and seen[key] > NOW - LATELY}
    if lately == set(KEYS):
        assert seen[found] == min(seen[key] for key in KEYS)
    else:
        assert found not in lately
    assert suggested(LIBRARY, known[::-1], NOW, seed).key == found


def test_a_favourite_is_likelier_by_its_weight() -> None:
    liked = [Acquaintance("c", NOW, None)]
    counts = Counter(suggested(LIBRARY, liked, NOW, str(seed)).key for seed in range(5_000))
    others = [counts[key] for key in KEYS if key != "c"]
    assert counts["c"] / 5_000 == pytest.approx(LIKED / (LIKED + 7), abs=0.03)
    assert max(others) < 1.3 * min(others)


def test_a_day_brings_each_of_them_once() -> None:
    seen: list[Acquaintance] = []
    for minute in range(len(KEYS)):
        now = NOW + timedelta(minutes=minute)
        seen.append(Acquaintance(suggested(LIBRARY, seen, now, "today").key, None, now))
    assert {each.key for each in seen} == set(KEYS)
    later = NOW + timedelta(hours=1)
    assert suggested(LIBRARY, seen, later, "today").key == seen[0].key


def test_a_new_exercise_changes_nothing_between_the_others() -> None:
    fewer = LIBRARY.only(KEYS[:-1])
    for seed in map(str, range(200)):
        found = suggested(LIBRARY, (), NOW, seed).key
        assert found in (KEYS[-1], suggested(fewer, (), NOW, seed).key)


def test_the_ones_beside_it() -> None:
    assert LIBRARY.beside("a") == (None, LIBRARY.exercises[1])
    assert LIBRARY.beside("h") == (LIBRARY.exercises[6], None)
    assert LIBRARY.only(("c", "a")).beside("c")[0] == LIBRARY.exercises[0]
