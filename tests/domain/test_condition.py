"""Conditions on answers and silence: when they come true, and when they are old news."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.condition import (
    AllOf,
    Answered,
    AnyOf,
    Condition,
    History,
    Moved,
    Silent,
    earliest,
    fires,
)

UP = Moved("pain", 2)
WORSE = Answered("change", frozenset({"slightly-worse", "much-worse"}))
NEVER_ACTIVE = Answered("days", frozenset("01"), times=2)


def after(*answers: tuple[str, str], silences: int = 0) -> History:
    """The history after these answers, each in a check-in of its own."""
    found: dict[str, list[str]] = {}
    for question, value in answers:
        found.setdefault(question, []).append(value)
    new = frozenset({answers[-1][0]}) if answers and not silences else frozenset()
    return History(found, new, silences)


def test_a_rise_counts_against_the_answer_before() -> None:
    assert not fires(UP, after(("pain", "3")))
    assert not fires(UP, after(("pain", "3"), ("pain", "4")))
    assert fires(UP, after(("pain", "3"), ("pain", "5")))
    assert fires(UP, after(("pain", "3"), ("pain", "10")))
    assert not fires(UP, after(("pain", "5"), ("pain", "3")))
    assert fires(Moved("pain", -2), after(("pain", "5"), ("pain", "3")))


def test_twice_in_a_row_is_the_last_two() -> None:
    assert not fires(NEVER_ACTIVE, after(("days", "1")))
    assert fires(NEVER_ACTIVE, after(("days", "5"), ("days", "1"), ("days", "0")))
    assert not fires(NEVER_ACTIVE, after(("days", "1"), ("days", "5"), ("days", "0")))


def test_what_was_true_before_is_not_news() -> None:
    either = AnyOf((UP, WORSE))
    assert fires(either, after(("pain", "3"), ("pain", "5")))
    assert not fires(either, after(("pain", "3"), ("pain", "5"), ("change", "same")))
    assert fires(either, after(("pain", "3"), ("pain", "5"), ("change", "much-worse")))


def test_all_parts_hold_and_one_of_them_is_new() -> None:
    both = AllOf((Answered("pain", frozenset("89")), Silent(2)))
    assert not fires(both, after(("pain", "9")))
    assert not fires(both, after(("pain", "9"), silences=1))
    assert fires(both, after(("pain", "9"), silences=2))
    assert not fires(both, after(("pain", "2"), silences=2))


ASKED = (("pain",), ("sure",), ("pain", "change"), ("days",), ("days", "pain"))


def test_when_a_condition_can_come_true_at_the_earliest() -> None:
    for condition, place in (
        (Answered("sure", frozenset("0")), 1),
        (UP, 2),
        (NEVER_ACTIVE, 4),
        (Answered("sure", frozenset("0"), times=2), None),
        (Silent(3), 2),
        (Silent(6), None),
        (AnyOf((UP, WORSE, NEVER_ACTIVE)), 2),
        (AllOf((UP, NEVER_ACTIVE)), 4),
        (AllOf((UP, Silent(6))), None),
    ):
        assert earliest(condition, ASKED) == place, condition


VALUES = {
    "pain": tuple(map(str, range(11))),
    "sure": tuple(map(str, range(11))),
    "days": tuple(map(str, range(8))),
    "change": ("recovered", "same", "slightly-worse", "much-worse"),
}
conditions: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(
        st.sampled_from(sorted(VALUES)).flatmap(
            lambda key: st.builds(
                Answered,
                st.just(key),
                st.frozensets(st.sampled_from(VALUES[key]), min_size=1),
                st.integers(1, 3),
            )
        ),
        st.builds(Moved, st.sampled_from(("pain", "sure", "days")), st.sampled_from((-3, -1, 2))),
        st.builds(Silent, st.integers(1, 4)),
    ),
    lambda part: st.one_of(
        st.builds(AllOf, st.tuples(part, part)), st.builds(AnyOf, st.tuples(part, part))
    ),
    max_leaves=4,
)


@given(conditions, st.data())
def test_nothing_comes_true_before_it_can(condition: Condition, data: st.DataObject) -> None:
    place = earliest(condition, ASKED)
    answers: dict[str, list[str]] = {}
    silences = 0
    for number, questions in enumerate(ASKED):
        answering = data.draw(st.booleans())
        silences = 0 if answering else silences + 1
        if answering:
            for key in questions:
                answers.setdefault(key, []).append(data.draw(st.sampled_from(VALUES[key])))
        new = frozenset(questions) if answering else frozenset()
        if fires(condition, History(answers, new, silences)):
            assert place is not None
            assert number >= place
