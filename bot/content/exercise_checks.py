"""What the exercises of a library say, as far as rules look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.content.codes import Rule
from bot.content.exercises import read_library
from bot.content.files import Location
from bot.content.findings import Finding
from bot.content.prose import Kind, Prose
from bot.content.wordings import DOSES, found

_FIGURE = re.compile(r"\d+")


def exercises_prose(folder: Path) -> Iterator[Prose]:
    """Everything that a library says, for the rules of language; raises CampaignError."""
    model, document = read_library(folder)
    for key, each in model.exercises.items():
        for language, words in each.words.items():
            at: Location = ("exercises", key, "words", language)
            said = {"stop": words.stop, "picture": words.picture}
            lines = [
                *(
                    (document.line((*at, "how", index)), text)
                    for index, text in enumerate(words.how)
                ),
                *((document.line((*at, part)), text) for part, text in said.items()),
            ]
            if language in model.always:
                lines.append((document.line(("always", language)), model.always[language]))
            yield Prose(Kind.CARD, key, language, document.file, tuple(lines))
            title = ((document.line((*at, "title")), words.title),)
            yield Prose(Kind.LABEL, key, language, document.file, title)


def doses(folder: Path) -> Iterator[Finding]:
    """No exercise says how often or how long; raises CampaignError."""
    model, document = read_library(folder)
    for key, each in model.exercises.items():
        for language, words in each.words.items():
            at: Location = ("exercises", key, "words", language)
            lines = {(*at, "title"): words.title, (*at, "stop"): words.stop}
            lines |= {(*at, "how", index): text for index, text in enumerate(words.how)}
            for location, said in lines.items():
                figure = _FIGURE.search(said)
                word = figure[0] if figure else found(DOSES.get(language, ()), said)
                if word:
                    message = f"'{word}' is a dose, and none fits everybody; leave it out"
                    yield document.finding(location, message, Rule.DOSE)
