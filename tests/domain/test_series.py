"""How an enrolment moves when people and campaigns change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.campaign import Campaign, booster
from bot.domain.offers import jumped
from bot.domain.schedule import Place, Reschedule, Send, Wait
from bot.domain.series import (
    Cancel,
    advance,
    halted,
    last_look,
    next_step,
    paused,
    plan,
    resumed,
    with_boosters,
)
from bot.domain.subscriber import CheckIns, Person, Status

from .examples import MONDAY, campaign_of, check_in, small_campaign, someone, tip

CAMPAIGN = small_campaign()


def next_key(campaign: Campaign, person: Person) -> str | None:
    step = next_step(campaign, person)
    return step.key if step is not None else None


@pytest.mark.parametrize(
    ("check_ins", "expected"),
    [
        (CheckIns.UNASKED, "check-1"),
        (CheckIns.ASKED, "tip-2"),
        (CheckIns.YES, "check-1"),
        (CheckIns.NO, "tip-2"),
    ],
)
def test_a_check_in_comes_to_who_agreed_and_once_as_a_question_to_who_was_never_asked(
    check_ins: CheckIns, expected: str
) -> None:
    assert next_key(CAMPAIGN, someone(check_ins=check_ins, next_step="check-1")) == expected


@pytest.mark.parametrize(
    ("status", "planned"),
    [
        (Status.ACTIVE, True),
        (Status.PAUSED, False),
        (Status.BLOCKED, False),
        (Status.LEFT, False),
        (Status.FINISHED, False),
    ],
)
def test_only_who_is_active_has_a_date(status: Status, planned: bool) -> None:
    enrolment = plan(CAMPAIGN, someone(status=status), MONDAY)
    assert (enrolment.next_due_at is not None) is planned
    assert (enrolment.status, enrolment.next_step) == (status, "tip-1")


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (Status.ACTIVE, Status.FINISHED),
        (Status.PAUSED, Status.FINISHED),
        (Status.BLOCKED, Status.BLOCKED),
        (Status.LEFT, Status.LEFT),
        (Status.FINISHED, Status.FINISHED),
    ],
)
def test_without_a_further_step_the_series_is_over(status: Status, after: Status) -> None:
    enrolment = plan(CAMPAIGN, someone(status=status, next_step=None), MONDAY)
    assert (enrolment.status, enrolment.next_due_at) == (after, None)


def test_a_pause_with_an_end_is_dated_after_it_and_one_without_is_not() -> None:
    until = MONDAY + timedelta(weeks=3)
    held = paused(CAMPAIGN, someone(), until, MONDAY)
    assert held.status is Status.PAUSED
    assert held.next_due_at is not None
    assert held.next_due_at >= until
    for_good = paused(CAMPAIGN, someone(), None, MONDAY)
    assert (for_good.status, for_good.next_due_at) == (Status.PAUSED, None)


@pytest.mark.parametrize("status", [Status.BLOCKED, Status.LEFT])
def test_who_comes_back_goes_on_where_they_were(status: Status) -> None:
    place = Place("tip-2", MONDAY, MONDAY)
    before = someone(next_step="check-2", last_step="tip-2", place=place)
    away = halted(replace(before.enrolment, next_due_at=MONDAY, paused_until=MONDAY), status)
    assert (away.status, away.next_due_at, away.paused_until) == (status, None, None)
    later = MONDAY + timedelta(days=40)
    back = resumed(CAMPAIGN, replace(before, enrolment=away), later)
    assert (back.status, back.next_step, back.place) == (Status.ACTIVE, "check-2", place)
    assert back.next_due_at is not None
    assert back.next_due_at >= later


def test_a_tip_moves_the_place_and_a_check_in_only_the_day() -> None:
    first = advance(CAMPAIGN, someone(), "tip-1", MONDAY, MONDAY)
    assert (first.last_step, first.next_step) == ("tip-1", "check-1")
    assert first.place == Place("tip-1", MONDAY, MONDAY, 0b1)
    later = MONDAY + timedelta(days=3)
    second = advance(CAMPAIGN, replace(someone(), enrolment=first), "check-1", later, later)
    assert (second.last_step, second.next_step) == ("check-1", "tip-2")
    assert second.place == Place("tip-1", MONDAY, later, 0b1001)


def test_after_the_last_step_the_series_is_finished() -> None:
    over = advance(CAMPAIGN, someone(next_step="check-4"), "check-4", MONDAY, MONDAY)
    assert (over.status, over.next_step, over.next_due_at) == (Status.FINISHED, None, None)


SHORTER = campaign_of(tip("tip-1", 0), check_in("check-1", 3), tip("tip-3", 7))


@pytest.mark.parametrize(
    ("next_", "last", "last_tip", "expected"),
    [
        pytest.param("tip-1", None, None, "tip-1", id="still there"),
        pytest.param("gone", "check-1", "tip-1", "tip-3", id="go on after the last step"),
        pytest.param("gone", "gone too", "tip-1", "check-1", id="else after the last tip"),
        pytest.param("gone", None, None, "tip-1", id="nothing came yet: from the start"),
        pytest.param("gone", "gone too", "and this", "tip-1", id="nothing is known any more"),
        pytest.param("gone", "tip-3", "tip-3", None, id="the last one was the last"),
    ],
)
def test_a_step_that_left_the_campaign_ends_nobody_s_series(
    next_: str, last: str | None, last_tip: str | None, expected: str | None
) -> None:
    person = someone(next_step=next_, last_step=last, place=Place(last_tip, MONDAY, MONDAY))
    assert next_key(SHORTER, person) == expected


def test_a_step_that_left_the_campaign_while_it_was_being_sent_is_followed_by_the_next() -> None:
    person = someone(next_step="gone", last_step="check-1", place=Place("tip-1", MONDAY, MONDAY))
    onward = advance(SHORTER, person, "gone", MONDAY + timedelta(days=7), MONDAY)
    assert (onward.status, onward.next_step) == (Status.ACTIVE, "tip-3")


BULK, OWN_ACT = MONDAY + timedelta(hours=48), None


@pytest.mark.parametrize(
    ("person", "step", "poll", "send_before", "expected"),
    [
        pytest.param(someone(), "tip-2", False, BULK, Send(), id="active"),
        pytest.param(someone(status=Status.PAUSED), "tip-2", False, BULK, Cancel("paused"),
                     id="paused"),
        pytest.param(someone(status=Status.LEFT), "tip-2", False, OWN_ACT, Cancel("left"),
                     id="left"),
        pytest.param(someone(status=Status.BLOCKED), "check-2", True, OWN_ACT, Cancel("blocked"),
                     id="blocked"),
        pytest.param(someone(status=Status.PAUSED), "tip-1", False, OWN_ACT, Cancel("paused"),
                     id="a first tip that was paused"),
        pytest.param(someone(status=Status.PAUSED), "check-2", True, OWN_ACT, Send(),
                     id="the next question in a pause"),
        pytest.param(someone(status=Status.FINISHED), "check-4", True, OWN_ACT, Send(),
                     id="the next question of the last check-in"),
        pytest.param(someone(status=Status.FINISHED), "tip-4", False, BULK, Send(),
                     id="a step that is sent once more after the last one"),
        pytest.param(someone(check_ins=CheckIns.NO), "check-2", True, BULK,
                     Cancel("no consent to check-ins"), id="a question after a no"),
        pytest.param(someone(check_ins=CheckIns.NO), "check-2", False, BULK, Send(),
                     id="the question of consent itself"),
        pytest.param(someone(), "gone", False, BULK, Cancel("the step has left the campaign"),
                     id="a step that left the campaign"),
    ],
)  # fmt: skip
def test_the_last_look_knows_status_consent_and_campaign(
    person: Person, step: str, poll: bool, send_before: None, expected: Send | Cancel
) -> None:
    look = last_look(
        CAMPAIGN, person, step, poll=poll, due_at=MONDAY, send_before=send_before, now=MONDAY
    )
    assert look == expected


def test_only_what_nobody_asked_for_waits_for_the_morning() -> None:
    night = MONDAY + timedelta(hours=13)
    asked = {"poll": False, "due_at": MONDAY, "now": night}
    assert last_look(CAMPAIGN, someone(), "tip-1", send_before=None, **asked) == Send()
    assert isinstance(last_look(CAMPAIGN, someone(), "tip-1", send_before=BULK, **asked), Wait)
    late = {**asked, "now": MONDAY + timedelta(days=5)}
    assert last_look(CAMPAIGN, someone(), "tip-1", send_before=BULK, **late) == Reschedule()


TIPS = [step for step in CAMPAIGN.steps if not step.questions]
MONTHLY = replace(
    CAMPAIGN,
    boosters=tuple(booster(each, 52 + 28 * number, 4) for number, each in enumerate(TIPS[:3])),
)


def through(**given: Any) -> Person:
    """Someone whose series ended with the last tip."""
    place = Place("tip-4", MONDAY, MONDAY)
    person = someone(status=Status.FINISHED, place=place, **given)
    enrolment = replace(person.enrolment, next_step=None, next_due_at=None, last_step="check-4")
    return replace(person, enrolment=enrolment)


def lived(campaign: Campaign, person: Person) -> list[tuple[str, date]]:
    """The steps that come, each with its day, when every one leaves at its moment."""
    came = []
    while (moment := person.enrolment.next_due_at) is not None:
        step = next_step(campaign, person)
        assert step is not None
        came.append((step.key, moment.date()))
        moved = advance(campaign, person, step.key, moment, moment)
        person = replace(person, enrolment=moved)
    assert person.enrolment.status is Status.FINISHED
    return came


@pytest.mark.parametrize("pace", [1, 2, 4])
def test_boosters_come_once_a_month_in_their_order_whatever_the_pace(pace: int) -> None:
    person = through(pace=pace)
    begun = with_boosters(MONTHLY, person, MONDAY + timedelta(days=3))
    assert begun is not None
    first = MONDAY.date() + timedelta(days=28)
    assert lived(MONTHLY, replace(person, enrolment=begun)) == [
        ("monthly_tip-1", first),
        ("monthly_tip-2", first + timedelta(days=28)),
        ("monthly_tip-3", first + timedelta(days=56)),
    ]


def test_nobody_gets_boosters_who_did_not_ask_for_them() -> None:
    began = plan(MONTHLY, someone(), MONDAY)
    came = lived(MONTHLY, replace(someone(), enrolment=began))
    assert [key for key, _ in came] == [step.key for step in MONTHLY.steps]


def test_only_who_is_through_may_ask_for_them_and_only_where_there_are_some() -> None:
    for status in Status:
        person = through()
        asking = replace(person, enrolment=replace(person.enrolment, status=status))
        begun = with_boosters(MONTHLY, asking, MONDAY)
        assert (begun is not None) is (status is Status.FINISHED)
    assert with_boosters(CAMPAIGN, through(), MONDAY) is None
    had = replace(through().enrolment, place=Place("monthly_tip-3", MONDAY, MONDAY))
    assert with_boosters(MONTHLY, replace(through(), enrolment=had), MONDAY) is None


@pytest.mark.parametrize(
    ("gone", "comes"),
    [
        ("monthly_tip-1", ["monthly_tip-2", "monthly_tip-3"]),
        ("monthly_tip-2", ["monthly_tip-1", "monthly_tip-3"]),
        ("monthly_tip-3", ["monthly_tip-1", "monthly_tip-2"]),
    ],
)
def test_a_booster_that_left_the_campaign_is_followed_by_the_next(
    gone: str, comes: list[str]
) -> None:
    rest = tuple(each for each in MONTHLY.boosters if each.key != gone)
    person = through()
    last = {"monthly_tip-1": "tip-4", "monthly_tip-2": "monthly_tip-1"}.get(gone, "monthly_tip-2")
    waiting = replace(
        person.enrolment,
        status=Status.ACTIVE,
        next_step=gone,
        place=Place(last, MONDAY, MONDAY),
    )
    edited = replace(MONTHLY, boosters=rest)
    planned = plan(edited, replace(person, enrolment=waiting), MONDAY)
    came = [key for key, _ in lived(edited, replace(person, enrolment=planned))]
    had = comes.index(last) + 1 if last in comes else 0
    assert came == comes[had:]


def test_a_pause_holds_boosters_up_and_a_stop_ends_them() -> None:
    begun = with_boosters(MONTHLY, through(), MONDAY)
    assert begun is not None
    person = replace(through(), enrolment=begun)
    rest = paused(MONTHLY, person, MONDAY + timedelta(weeks=8), MONDAY)
    assert rest.next_due_at is not None
    assert rest.next_due_at >= MONDAY + timedelta(weeks=8)
    left = replace(person, enrolment=halted(begun, Status.LEFT))
    assert resumed(MONTHLY, left, MONDAY).status is Status.FINISHED
    blocked = replace(person, enrolment=halted(begun, Status.BLOCKED))
    assert resumed(MONTHLY, blocked, MONDAY).next_step == "monthly_tip-1"


def test_no_jump_leads_back_from_boosters_into_the_series() -> None:
    begun = with_boosters(MONTHLY, through(), MONDAY)
    assert begun is not None
    person = replace(through(), enrolment=begun)
    assert jumped(MONTHLY, person, "tip-4", MONDAY) == begun
