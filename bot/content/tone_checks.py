"""How a text sounds to the one who reads it: one function per rule."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from bot.content import actions
from bot.content.codes import Rule
from bot.content.findings import Finding
from bot.content.prose import Kind, Prose
from bot.content.reading import can_score, prose_only, score, words
from bot.content.wordings import BLAME, PROMISES, SCARE, asserted

ENOUGH_WORDS = 25
"""From here on a reading score means something."""

PLAIN, FAIRLY_EASY = 60, 70
"""Reading scores: below the first is an error, below the second a warning."""

LONG = {"nl": (15, 25), "en": (20, 30)}
"""Words in a sentence: over the first is a warning, over the second an error."""

_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    "|[\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23fa\U0001f000-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)*)"
)
_EMOTICON = re.compile(r"(?<!\S)[:;]-?[)(DPp](?!\w)")
_MARKDOWN = re.compile(
    r"(?<![\w*])\*{1,2}(?=[^\s*])[^*]*[^\s*]\*{1,2}(?![\w*])"
    r"|(?<![\w_])_{1,2}(?=[^\s_])[^_]*[^\s_]_{1,2}(?![\w_])"
    r"|~~(?=\S)[^~]+~~|(?<!\w)`[^`]+`(?!\w)|\[[^\]]+\]\([^)]+\)|^#{1,6}(?= )"
)
_CODE = re.compile(r"</?[a-zA-Z][^<>]*>|\{\{.*?\}\}|\{[%#].*?[%#]\}")
_CHARACTER = re.compile(r"&#?\w+;")
_AFTER_EMOJI = re.compile(r"[\s.!?)\"'”’]*")


def reading_level(text: Prose) -> Iterator[Finding]:
    """A whole message reads easily."""
    read = (prose_only(sentence) for _, sentence in text.sentences)
    said = [sentence for sentence in read if words(sentence)]
    count = sum(len(words(sentence)) for sentence in said)
    if text.kind is Kind.LABEL or not can_score(text.language) or count < ENOUGH_WORDS:
        return
    level = score(said, text.language)
    if level < FAIRLY_EASY:
        rule = Rule.HARD_TO_READ if level < PLAIN else Rule.NOT_YET_PLAIN
        what = f"reading score {level:.0f}, where {FAIRLY_EASY} is fairly easy"
        message = f"{what}; use shorter sentences and shorter words"
        yield text.at(text.lines[0][0], message, rule)


def sentence_length(text: Prose) -> Iterator[Finding]:
    """A sentence can be read in one breath."""
    long, too_long = LONG.get(text.language, LONG["en"])
    for line, sentence in text.sentences:
        count = len(words(sentence))
        if count > long:
            rule = Rule.SENTENCE_TOO_LONG if count > too_long else Rule.LONG_SENTENCE
            start = " ".join(sentence.split()[:4])
            yield text.at(line, f"{count} words in '{start} ...'; make it two sentences", rule)


def promises(text: Prose) -> Iterator[Finding]:
    """Nothing is promised about one person."""
    for line, sentence in text.sentences:
        word = asserted(PROMISES, sentence, text.language)
        if word:
            yield text.at(line, f"'{word}' is a promise; say what may help", Rule.PROMISE)


def scare(text: Prose) -> Iterator[Finding]:
    """Nobody is frightened; the safety card names its signs as they are."""
    if text.name == "safety":
        return
    for line, sentence in text.sentences:
        word = asserted(SCARE, sentence, text.language)
        if word:
            yield text.at(line, f"'{word}' frightens; say it calmly", Rule.SCARE)


def blame(text: Prose) -> Iterator[Finding]:
    """Nobody is blamed."""
    for line, sentence in text.sentences:
        word = asserted(BLAME, sentence, text.language)
        if word:
            yield text.at(line, f"'{word}' blames the reader; say what is possible", Rule.BLAME)


def emoji(text: Prose) -> Iterator[Finding]:
    """One emoji at most, at the end of a line, after words; no emoticons."""
    seen = 0
    for line, said in text.lines:
        for match in _EMOTICON.finditer(said):
            yield text.at(line, f"the emoticon {match[0]}; say it in words", Rule.EMOJI)
        for match in _EMOJI.finditer(said):
            seen += 1
            if seen > 1:
                message = f"{match[0]} is emoji number {seen}; keep one a text"
                yield text.at(line, message, Rule.EMOJI)
            elif not words(said[: match.start()]):
                message = f"{match[0]} stands where words should; say it, and put it at the end"
                yield text.at(line, message, Rule.EMOJI)
            elif not _AFTER_EMOJI.fullmatch(_EMOJI.sub("", said[match.end() :])):
                yield text.at(
                    line, f"{match[0]} stands between words; put it at the end", Rule.EMOJI
                )


def marks(text: Prose) -> Iterator[Finding]:
    """No marks that people would see as they are: Markdown anywhere, code where there is none."""
    for line, said in text.lines:
        seen = [match[0] for match in _MARKDOWN.finditer(said)]
        if text.verbatim:
            seen += [match[0] for match in _CODE.finditer(said)]
            seen += [each for each in _CHARACTER.findall(said) if html.unescape(each) != each]
        for mark in seen:
            instead = "plain words" if text.verbatim else "Telegram's tags, such as <b>"
            message = f"people would see `{mark}` as it is; use {instead}"
            yield text.at(line, message, Rule.MARKUP)


def one_action(text: Prose) -> Iterator[Finding]:
    """A tip ends with one thing to do."""
    if text.kind is not Kind.TIP or not actions.knows(text.language) or not text.lines:
        return
    line = text.lines[-1][0]
    last = [sentence for number, sentence in text.sentences if number == line]
    asked = actions.requests(last, text.language)
    if not asked:
        message = "the last line asks for nothing; end with one thing to do"
        yield text.at(line, message, Rule.ONE_ACTION)
    elif len(asked) > 1:
        message = f"the last line asks for {len(asked)} things; keep one"
        yield text.at(line, message, Rule.ONE_ACTION)


TONE: tuple[Callable[[Prose], Iterator[Finding]], ...] = (
    reading_level,
    sentence_length,
    promises,
    scare,
    blame,
    emoji,
    marks,
    one_action,
)
