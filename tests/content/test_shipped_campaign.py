"""The campaign and the phrases that come with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content.load import resolve
from bot.content.render import Texts, read_texts
from bot.domain.campaign import StepKind

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> Texts:
    return read_texts(resolve(ROOT, "rugpijn"), ROOT / "templates" / "phrases")


def test_it_runs_twelve_weeks_with_a_tip_and_a_check_in_each(shipped: Texts) -> None:
    steps = shipped.campaign.steps
    assert shipped.campaign.weeks == 12
    assert [step.kind for step in steps] == [StepKind.TIP, StepKind.CHECK_IN] * 12


def test_every_tip_has_its_text_and_names_for_its_buttons(shipped: Texts) -> None:
    for step in shipped.campaign.steps:
        for language in shipped.campaign.languages:
            if step.kind is StepKind.TIP:
                assert step.titles[language] in shipped.tip(step.key, language)
            for button in shipped.buttons_of(step.key):
                assert shipped.plain(f"button.{button}", language)


def test_every_question_can_be_asked(shipped: Texts) -> None:
    for step in shipped.campaign.steps:
        for question in step.questions:
            for language in shipped.campaign.languages:
                assert shipped.question(question.key, language).options


@pytest.mark.parametrize("name", ["example", "../starter"])
def test_nothing_of_another_subject_is_said_in_a_campaign(name: str) -> None:
    texts = read_texts(resolve(ROOT, "rugpijn").parent / name, ROOT / "templates" / "phrases")
    for language, of_back_pain in (
        ("nl", r"twaalf|\brug\b|rugpijn|met pijn"),
        ("en", r"\btwelve\b|\bback(?:-| )?pain|\byour back\b|with pain"),
    ):
        for key in (
            "bot.name", "bot.short-description", "bot.description", "button.more-about",
            "welcome.finished", "progress.note", "end.round-up", "group.private",
        ):  # fmt: skip
            said = texts.phrase(key, language, chart="", username="a_bot")
            assert not re.search(of_back_pain, said), (key, said)
            assert "Rugwijzer" not in said


@pytest.mark.parametrize("name", ["rugpijn", "example", "../starter"])
@pytest.mark.parametrize("staffed", [False, True])
def test_whether_somebody_reads_along_is_told_as_it_is(name: str, staffed: bool) -> None:
    texts = read_texts(resolve(ROOT, "rugpijn").parent / name, ROOT / "templates" / "phrases")
    texts.staffed = staffed
    for language, nobody in (("nl", "Niemand leest"), ("en", "Nobody reads")):
        said = {
            card: texts.card(card, language)
            for card in ("about", "help", "privacy", "safety", "welcome")
        }
        said["description"] = texts.plain("bot.description", language)
        claims = {where for where, text in said.items() if nobody in text}
        assert claims == set() if staffed else {"about", "help", "safety"} <= claims
        assert ("/vraag" in said["help"] or "/ask" in said["help"]) is staffed
        assert re.search("groep van de praktijk|group of the practice", said["privacy"]) or (
            not staffed
        )
