"""Words that a text may not have, by language, and how they are looked for.

An entry is some words in a row; one that ends in * stands for all words that begin so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

PROMISES = {
    "nl": (
        "gegarandeerd*", "garandeer*", "garantie*", "genees je", "geneest*", "genezen",
        "genezing", "we beloven", "wij beloven", "beloven we", "beloven wij", "pijnvrij*",
        "klachtenvrij*", "van je pijn af", "van de pijn af", "van je klachten af",
        "van je rugpijn af", "verdwijnt je pijn", "verdwijnt de pijn", "pijn verdwijnt",
        "klachten verdwijnen", "werkt altijd", "helpt altijd", "helpt iedereen",
        "werkt bij iedereen", "wondermiddel*", "voorgoed", "nooit meer last", "nooit meer pijn",
        "binnen een week beter", "je wordt weer beter", "je herstelt helemaal", "dé oplossing",
        "100%",
    ),
    "en": (
        "guarantee*", "cure", "cures", "cured", "curing", "we promise", "I promise", "pain-free",
        "pain free", "free of pain", "get rid of your pain", "get rid of the pain",
        "pain will disappear", "pain disappears", "pain will go away", "always works",
        "always helps", "helps everyone", "works for everyone", "miracle*", "never hurt again",
        "never have pain again", "you will recover", "you'll recover", "you will be better",
        "you'll be better", "will heal", "100%",
    ),
}  # fmt: skip
"""What nobody can promise about one person. A `no` or `not` beside it turns it round."""

SCARE = {
    "nl": (
        "gevaarlijk*", "levensgevaarlijk*", "dodelijk*", "doodgaan", "sterven", "verlamd*",
        "verlamming*", "rolstoel*", "invalide*", "slijtage*", "versleten", "is kapot",
        "gaat kapot", "beschadig*", "blijvende schade", "hopeloos", "hopeloze", "vreselijk*",
        "verschrikkelijk*", "afschuwelijk*", "angstaanjagend*", "ramp", "rampzalig*",
        "voor het te laat is", "waarschuwing:", "pas op", "ondraaglijk*", "levenslang",
    ),
    "en": (
        "dangerous*", "deadly", "fatal*", "die", "dying", "paralys*", "paralyz*", "wheelchair*",
        "cripple*", "crippling", "disabled for life", "wear and tear", "worn out", "worn-out",
        "permanent damage", "damaged", "hopeless", "terrible", "terrifying", "horrible",
        "horrific", "scary", "disaster*", "disastrous", "before it is too late",
        "before it's too late", "warning:", "beware", "unbearable",
    ),
}  # fmt: skip
"""What frightens. The safety card may use such words: it names signs to act on."""

BLAME = {
    "nl": (
        "eigen schuld", "jouw schuld", "je eigen fout", "jouw fout", "lui", "luie", "luiheid",
        "aansteller*", "stel je niet aan", "geen excuus", "geen smoesjes", "smoes*",
        "je had moeten", "je moet gewoon", "je doet te weinig", "je beweegt te weinig",
        "slappeling*",
    ),
    "en": (
        "your own fault", "your fault", "blame yourself", "lazy", "laziness", "no excuse",
        "no excuses", "you should have", "you just have to", "you do too little",
        "you move too little", "you failed", "weakling*", "stop complaining", "man up",
    ),
}  # fmt: skip
"""What puts the fault with the reader. A `no` or `not` beside it turns it round."""

DOSES = {
    "nl": (
        "keer", "keren", "maal", "second*", "minuut", "minuten", "uur", "herhaal*", "herhaling*",
        "per dag", "per week", "elke dag", "iedere dag", "dagelijks*",
    ),
    "en": (
        "times", "twice", "second", "seconds", "minute*", "hour*", "repeat*", "repetition*", "reps",
        "a day", "a week", "per day", "per week", "every day", "daily",
    ),
}  # fmt: skip
"""What says how often or how long. Only someone who knows the person can say that."""

_NOT = {
    "nl": re.compile(r"\b(?:geen|niet|nooit|niemand|niets|zonder)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:no|not|never|nobody|none|nothing|without|\w+n['’]t)\b", re.IGNORECASE),
}

_NEAR = 6
"""A denial is looked for among so many words on either side, within the sentence."""


@lru_cache(maxsize=256)
def pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the entries, whatever their case."""
    parts = (re.escape(each).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for each in entries)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def found(entries: Iterable[str], said: str) -> str | None:
    """The first of the entries that a text holds, as it stands there."""
    listed = tuple(entries)
    match = pattern(listed).search(said) if listed else None
    return match[0] if match else None


def asserted(words: Mapping[str, tuple[str, ...]], sentence: str, language: str) -> str | None:
    """The first of a language's words in a sentence that doesn't deny it ("no guarantee")."""
    if language not in words:
        return None
    for match in pattern(words[language]).finditer(sentence):
        before = " ".join(sentence[: match.start()].split()[-_NEAR:])
        after = " ".join(sentence[match.end() :].split()[:_NEAR])
        denied = _NOT[language]
        if not denied.search(before) and not denied.search(after):
            return match[0]
    return None
