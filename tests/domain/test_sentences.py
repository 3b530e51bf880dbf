"""The alarm words, measured on sentences as people type them."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from bot.domain.safety import Alarm, alarm

HALVES = ("development", "held-out", "later")
HARMLESS = "harmless"
CALM_AT_LEAST = 0.9
"""Of the harmless sentences, those that pass without an alarm."""


def sentences(language: str, half: str | None = None) -> list[tuple[str, str]]:
    path = Path(__file__).parent / "sentences" / f"{language}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["expected"], row["sentence"]) for row in rows if half in (None, row["half"])]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_alarming_sentence_is_missed(language: str, half: str) -> None:
    missed = [
        (expected, sentence)
        for expected, sentence in sentences(language, half)
        if expected != HARMLESS and alarm(sentence) != expected
    ]
    assert missed == []


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_harmless_sentences_mostly_pass(language: str, half: str) -> None:
    harmless = [each for expected, each in sentences(language, half) if expected == HARMLESS]
    calm = [sentence for sentence in harmless if alarm(sentence) is Alarm.NONE]
    assert len(calm) >= CALM_AT_LEAST * len(harmless), sorted(set(harmless) - set(calm))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_there_are_enough_sentences_and_none_twice(language: str) -> None:
    everything = sentences(language)
    assert len({sentence for _, sentence in everything}) == len(everything)
    alarming = sum(expected != HARMLESS for expected, _ in everything)
    assert alarming >= 150
    assert len(everything) - alarming >= 150


@pytest.mark.parametrize("language", ["nl", "en"])
def test_shouting_and_line_breaks_hide_nothing(language: str) -> None:
    for expected, sentence in sentences(language):
        if expected != HARMLESS:
            assert alarm(sentence.upper().replace(" ", "\n") + "!!!") == expected, sentence


def test_a_sentence_takes_less_than_a_reply_takes_to_leave() -> None:
    texts = [sentence for _, sentence in sentences("nl")]
    began = time.perf_counter()
    for text in texts:
        alarm(text)
    assert (time.perf_counter() - began) / len(texts) < 0.005
