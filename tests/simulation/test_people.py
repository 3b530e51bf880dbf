"""Simulated people: the same luck every time, and shares as the profile has them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.findings import CampaignError
from bot.domain.campaign import Campaign, Scale
from bot.simulation.answers import Back, option
from bot.simulation.chance import Chance
from bot.simulation.members import half, member
from bot.simulation.profile import DEFAULT, Profile, read_profile
from bot.simulation.reading import QUESTION, TIP, Known

MANY = 4000


def test_the_same_seed_and_number_is_the_same_person(
    profile: Profile, shipped_campaign: Campaign
) -> None:
    one, other = (member(5, 1, profile, shipped_campaign, "Europe/Amsterdam") for _ in range(2))
    assert (one.joins_at, one.zone, one.source, one.back) == (
        other.joins_at,
        other.zone,
        other.source,
        other.back,
    )
    moments = {
        member(5, seed, profile, shipped_campaign, "Europe/Amsterdam").joins_at
        for seed in range(10)
    }
    assert len(moments) > 5


def test_shares_and_waiting_times_are_as_asked_for() -> None:
    lucks = [Chance(1, number) for number in range(MANY)]
    assert sum(luck("x") < 0.3 for luck in lucks) / MANY == pytest.approx(0.3, abs=0.03)
    found = Counter(luck.among("y", {"a": 3, "b": 1, "c": 0}) for luck in lucks)
    assert found["a"] / MANY == pytest.approx(0.75, abs=0.03)
    assert not found["c"]
    waits = sorted(luck.waiting("z", 40, 2880) for luck in lucks)
    assert waits[MANY // 2] == pytest.approx(40, rel=0.1)
    assert waits[-1] <= 2880
    middle = sum(luck.around("n", 5, 2) for luck in lucks) / MANY
    assert middle == pytest.approx(5, abs=0.15)


def test_the_halves_are_about_as_large(profile: Profile, shipped_campaign: Campaign) -> None:
    people = [
        member(number, 1, profile, shipped_campaign, "Europe/Amsterdam") for number in range(1000)
    ]
    assert sum(half(person, 1) for person in people) == pytest.approx(500, abs=60)


def test_answers_follow_the_week_and_come_from_the_same_people(
    shipped_campaign: Campaign,
) -> None:
    profile = read_profile()
    tips = [step for step in shipped_campaign.steps if step.titles]
    answered: list[set[int]] = [set(), set()]
    for number in range(1500):
        person = member(number, 1, profile, shipped_campaign, "Europe/Amsterdam")
        now = person.joins_at
        for index, week in enumerate((1, 12)):
            person.gone = False
            person.read(Known(TIP, tips[week - 1].key, ""), 1, (), now)
            person.gone = False
            acts = person.read(Known(QUESTION, "pain", ""), 2, (), now + timedelta(days=3))
            if acts:
                answered[index].add(number)
                assert acts[0].at <= now + timedelta(days=5, hours=12)
    assert len(answered[0]) / 1500 == pytest.approx(0.75, abs=0.04)
    assert len(answered[1]) / 1500 == pytest.approx(0.50, abs=0.04)
    both = len(answered[0] & answered[1]) / 1500
    assert both > 0.75 * 0.50 + 0.03


def test_every_question_gets_answers_that_it_has(shipped_campaign: Campaign) -> None:
    profile = read_profile()
    questions = {q.key: q for step in shipped_campaign.steps for q in step.questions}
    for question in questions.values():
        given = Counter()
        for number in range(600):
            chance = Chance(1, number)
            back = Back.of(profile.backs, chance, 12)
            given[option(question, profile.check_ins, back, chance, "t", 6)] += 1
        assert set(given) <= set(range(len(question.values)))
        assert len(given) > 2
        if question.scale is Scale.KNOWLEDGE:
            assert question.correct is not None
            right = question.values.index(question.correct)
            assert given[right] / 600 == pytest.approx(profile.check_ins.knows, abs=0.07)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("completes: 0.74", "completes: 1.74", "completes"),
        ("Europe/London", "Europe/Atlantis", "unknown time zone"),
        ("poster: 40", "Poster Nord: 40", "a source is"),
        ("skips: 0.04", "skip: 0.04", "`skip` is not a key"),
        ("habit: 0.6", "habit: much", "habit"),
    ],
)
def test_what_is_wrong_in_a_profile_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CampaignError) as raised:
        read_profile(path)
    line = text[: text.index(old)].count("\n") + 1
    messages = [str(finding) for finding in raised.value.findings]
    assert any(said in message for message in messages), messages
    assert any(message.startswith(f"mine.yaml:{line}:") for message in messages), messages
