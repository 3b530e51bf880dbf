"""What people read, line by line, with the place in the files where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.content.codes import Rule
from bot.content.draft import Draft
from bot.content.files import Document, Location
from bot.content.findings import Finding, Mend
from bot.content.markup import without_code
from bot.content.phrase_checks import PLAIN, Languages
from bot.content.reading import sentences, words
from bot.content.schema import TipModel
from bot.content.templating import Text

FACT = "0"
"""What stands for a fact that is filled in: a figure, which is no word and ends no sentence."""


class Kind(Enum):
    """What a text is, as far as rules differ."""

    TIP = auto()
    CARD = auto()
    PHRASE = auto()
    LABEL = auto()  # a few words: a button, a title, an option


@dataclass(frozen=True, slots=True)
class Prose:
    """One text in one language, without its tags and code.

    `name` is what the text goes by ("not-alone", "safety", "thanks.pain.up"). `lines` are its
    lines that aren't empty, each with its number in `file`. A `verbatim` one is shown as it is
    written, with neither tags nor code.
    """

    kind: Kind
    name: str
    language: str
    file: str
    lines: tuple[tuple[int, str], ...]
    verbatim: bool = False

    def at(self, line: int, message: str, rule: Rule, mend: Mend | None = None) -> Finding:
        """What is wrong on a line of the file."""
        return Finding(self.file, line, message, rule, mend)

    @property
    def sentences(self) -> list[tuple[int, str]]:
        """The sentences, each with its line."""
        return [(number, each) for number, line in self.lines for each in sentences(line)]

    @property
    def words(self) -> list[tuple[int, str]]:
        """The words, each with its line."""
        return [(number, word) for number, line in self.lines for word in words(line)]


def prose_of(draft: Draft) -> list[Prose]:
    """Everything that a campaign says."""
    found = [_template(name, text) for name, text in draft.texts.items()]
    if draft.model is not None and draft.document is not None:
        found += _labels(draft, draft.document)
    return found


def phrases_prose(phrases: Languages) -> Iterator[Prose]:
    """Everything that the bot itself says."""
    for language, texts in phrases.items():
        for key, text in texts.items():
            if key.startswith(("command-name.", "language.")):
                continue  # Names, and languages in their own words.
            kind = Kind.LABEL if key.startswith(PLAIN) else Kind.PHRASE
            yield Prose(kind, key, language, text.file, _lines(text))


def _template(name: str, text: Text) -> Prose:
    language, _, rest = name.partition("/")
    kind = Kind.CARD if "/" in rest else Kind.TIP
    return Prose(kind, rest.rpartition("/")[2], language, text.file, _lines(text))


def _lines(text: Text) -> tuple[tuple[int, str], ...]:
    bare = re.sub(
        r"<[^<>]*>",
        lambda tag: "\n" * tag[0].count("\n"),
        without_code(text.source, instead=FACT),
    )
    numbered = enumerate(html.unescape(bare).split("\n"), text.line)
    return tuple((number, line.strip()) for number, line in numbered if line.strip(f" \r\t{FACT}"))


def _labels(draft: Draft, document: Document) -> Iterator[Prose]:
    """What people read of campaign.yaml."""
    assert draft.model is not None

    def each(
        name: str, kind: Kind, at: Location, by_language: Mapping[str, str]
    ) -> Iterator[Prose]:
        for language, said in by_language.items():
            line = document.line((*at, language))
            lines = ((line, " ".join(said.split())),)
            yield Prose(kind, name, language, document.file, lines, verbatim=True)

    yield from each("title", Kind.LABEL, ("source", "title"), draft.model.source.title)
    for key, question in draft.model.questions.items():
        at = ("questions", key)
        yield from each(key, Kind.PHRASE, (*at, "text"), question.text)
        yield from each(key, Kind.PHRASE, (*at, "explanation"), question.explanation)
        for language, options in question.options.items():
            lines = tuple(
                (document.line((*at, "options", language, position)), option)
                for position, option in enumerate(options)
            )
            yield Prose(Kind.LABEL, key, language, document.file, lines, verbatim=True)
    for index, step in enumerate(draft.model.steps):
        if isinstance(step, TipModel):
            yield from each(step.tip, Kind.LABEL, ("steps", index, "title"), step.title)
    for index, branch in enumerate(draft.model.branches):
        for position, choice in enumerate(branch.choices):
            label = ("branches", index, "choices", position, "label")
            yield from each(choice.key, Kind.LABEL, label, choice.label)
