from __future__ import annotations

from bot.domain.campaign import Scale
from bot.domain.progress import MOST, Chart, Panel, Point, chart_of, repeated
from domain.examples import small_campaign


def test_one_answer_to_each_question_is_nothing_to_draw() -> None:
    series = {Scale.PAIN: [Point(1, "6")], Scale.CONFIDENCE: [Point(2, "8")]}
    assert chart_of(series, "nl") is None


def test_panels_stand_in_one_order_and_hold_single_answers_too() -> None:
    series = {Scale.CONFIDENCE: [Point(2, "8")], Scale.PAIN: [Point(1, "6"), Point(3, "0")]}
    panels = (Panel(Scale.PAIN, ((1, 6), (3, 0))), Panel(Scale.CONFIDENCE, ((2, 8),)))
    assert chart_of(series, "nl") == Chart("nl", panels)


def test_answers_in_words_are_not_drawn() -> None:
    assert chart_of({Scale.CHANGE: [Point(6, "same"), Point(12, "much-better")]}, "nl") is None


def test_of_many_answers_the_last_are_drawn() -> None:
    chart = chart_of({Scale.PAIN: [Point(week, "4") for week in range(1, 53)]}, "en")
    assert chart is not None
    assert [week for week, _ in chart.panels[0].points] == list(range(53 - MOST, 53))


def test_after_a_check_in_only_what_it_asked_and_was_asked_before() -> None:
    step = next(step for step in small_campaign().steps if step.questions)
    scale = step.questions[0].scale
    before, now = Point(0, "6"), Point(step.week, "5")
    assert repeated({scale: [before, now]}, step) == {scale: [before, now]}
    assert repeated({scale: [now]}, step) == {}
    assert repeated({scale: [before, before]}, step) == {}
