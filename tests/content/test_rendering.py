"""What people get to read."""

from __future__ import annotations

import pytest

from bot.content.markup import visible_length
from bot.content.render import Texts
from bot.domain.message import PollMessage


def test_a_phrase_escapes_its_facts(texts: Texts) -> None:
    said = texts.phrase("welcome.enrolled", "nl", day="<monday>", part="R&D")
    assert said == "Your next tip comes <b>&lt;monday&gt;</b>.\n\nIn the R&amp;D."


def test_plain_text_keeps_its_facts_as_they_are(texts: Texts) -> None:
    assert texts.plain("settings.language", "nl", language="'t <Fries>") == "Language: 't <Fries>"


def test_a_tip_says_what_it_can_without_optional_facts(texts: Texts) -> None:
    assert texts.tip("second", "nl") == "<b>Second</b>\nGo on."
    assert texts.tip("second", "nl", chart="a < b") == "<b>Second</b>\nYours: a &lt; b\nGo on."


def test_a_card_is_stripped(texts: Texts) -> None:
    assert texts.card("help", "en") == "<b>help</b>"


def test_a_question_is_a_poll(texts: Texts) -> None:
    assert texts.question("known", "en") == PollMessage(
        "Did you know?", ("Always", "Mostly not", "Skip")
    )
    assert texts.explanation("known", "nl") == "Het mag zo."


def test_buttons_are_those_of_the_tip(texts: Texts) -> None:
    assert texts.buttons_of("second") == ("source", "safety")
    assert texts.buttons_of("week-1") == ()


def test_a_wording_goes_with_the_version(texts: Texts) -> None:
    assert texts.wording("series", "en") == (3, "I agree to the consent-series.")


def test_asking_for_what_is_not_there_names_it(texts: Texts) -> None:
    with pytest.raises(KeyError, match=r"no phrase 'welcome\.nobody' in 'nl'"):
        texts.phrase("welcome.nobody", "nl")
    with pytest.raises(KeyError, match=r"no text 'nl/cards/diet' in the campaign 'tiny'"):
        texts.card("diet", "nl")


@pytest.mark.parametrize(
    ("html", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("<b>a</b> <i>b</i>", 3),
        ('<a href="https://example.org/?a=1&amp;b=2">link</a>', 4),
        ("a &amp; b &lt;c&gt; &quot;", 11),
        ("&#39;&#x1F600;", 3),
        ("&nbsp;", 6),
        ("😀", 2),
        ("👩‍⚕️", 5),
        ("\n é \n", 1),
    ],
)
def test_length_is_counted_as_telegram_does(html: str, length: int) -> None:
    assert visible_length(html) == length
