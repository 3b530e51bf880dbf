"""Whom people are told to call fits the country that is set."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.content.load import resolve
from bot.content.render import Texts, read_texts
from bot.domain.helplines import HELPLINES, Country
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"\b\d[\d -]*\d\b")
EVERY = {
    number
    for lines in HELPLINES.values()
    for number in (*lines.suicide, lines.emergency)
    if number is not None
}


@cache
def texts(country: Country, campaign: str = "rugpijn") -> Texts:
    return read_texts(resolve(ROOT, campaign), ROOT / "templates" / "phrases", country)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("country", Country)
def test_the_help_line_and_the_card_name_the_numbers_of_the_country(
    country: Country, language: str
) -> None:
    lines = HELPLINES[country]
    own = {*lines.suicide} | ({lines.emergency} if lines.emergency else set())
    said = texts(country)
    for text in (said.phrase("fallback.suicide", language), said.card("safety", language)):
        bold = set(re.findall(r"<b>(?:[^<]*?)</b>", text))
        assert own <= set(NUMBER.findall(" , ".join(bold)))
        assert not set(NUMBER.findall(text)) & (EVERY - own)
        assert f'href="https://{lines.site}"' in text
        assert "{" not in text
    profile = said.plain("bot.description", language)
    assert lines.emergency in profile if lines.emergency else "<" not in profile
    assert not set(NUMBER.findall(profile)) & (EVERY - own)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("country", Country)
@pytest.mark.parametrize("kind", ["text", "voice"])
def test_whatever_somebody_says_the_answer_names_the_help_line(
    country: Country, language: str, kind: str
) -> None:
    lines = HELPLINES[country]
    answer = texts(country).phrase(f"fallback.{kind}", language)
    assert {*lines.suicide} <= set(NUMBER.findall(answer))
    assert lines.site in answer


@pytest.mark.parametrize("language", ["nl", "en"])
def test_elsewhere_the_emergency_number_is_a_word(language: str) -> None:
    said = texts(Country.ELSEWHERE)
    word = said.plain("word.emergency", language)
    assert f"<b>{word}</b>" in said.phrase("fallback.suicide", language)
    assert f"<b>{word}</b>" in said.card("safety", language)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_only_dutch_people_are_sent_to_a_huisartsenpost(language: str) -> None:
    for country in Country:
        card = texts(country).card("safety", language)
        assert ("huisartsenpost" in card) == (country is Country.NL)


def test_another_campaign_has_them_too() -> None:
    assert "999" in texts(Country.GB, "example").card("safety", "en")


def test_the_country_is_a_setting_however_it_is_written() -> None:
    assert Settings(_env_file=None).country is Country.NL
    assert Settings(_env_file=None, country="be").country is Country.BE
    assert Settings(_env_file=None, country=" Elsewhere ").country is Country.ELSEWHERE
    with pytest.raises(ValidationError):
        Settings(_env_file=None, country="Atlantis")
