"""How many syllables a word has, from how Dutch and English write their vowels."""

from __future__ import annotations

import re

_ACCENTED = "àáâäèéêëìíîïòóôöùúûü"

# The longest spelling first. A trema begins a syllable, so it never joins the vowel before it.
_DUTCH = re.compile(
    "aai|ooi|oei|eeu|ieu|eau"
    "|aa|ee|oo|uu|ie|oe|eu|ui|ei(?!j)|ij|au|ou|ai|oi|oy|ey|ay"
    f"|[aeiouy{_ACCENTED}]"
)
# A y before a vowel sounds as j (yoga), the u after q as w (aquarel).
_DUTCH_CONSONANTS = ((re.compile(r"\by(?=[aeo])"), "j"), (re.compile("qu(?=[aeio])"), "kw"))
_DUTCH_KNOWN = {"museum": 3, "petroleum": 4, "coach": 1, "team": 1, "teams": 1, "website": 2}
_DUTCH_KNOWN |= {"websites": 2, "online": 2, "site": 1, "sites": 1, "goed": 1}

_ENGLISH = re.compile(f"[aeiouy{_ACCENTED}]+")
# Written, not sounded: the e at the end, and in -es and -ed unless the sound before asks for it.
_SILENT = re.compile(
    r"(?<=[^aeiouy])(?<![^aeiouylr]l)(?<![^aeiouylr]r)e$"
    r"|(?<=[^aeiouy])(?<![sxzcg])(?<!ch|sh)(?<![^aeiouylr]l)(?<![^aeiouylr]r)e(?=s$)"
    r"|(?<=[^aeiouy])(?<![td])(?<![^aeiouylr]l)e(?=d$)"
    r"|(?<=[^aeiouy])e(?=(?:ly|ful|fully|less|ment|ments|ness|where|thing|body|one|times?)$)"
)
# The same inside a word that is made of two: homework, guideline.
_JOINED = re.compile(
    r"^(hom|som|ther|wher|guid|lif|tim|nam|fir|saf|sid|car|on|us)e(?=[bcdfghklmnpstvw])"
)
# Vowels beside each other that sound apart: radio, actual, playing, react, video, easier.
_APART = re.compile(
    r"(?<![ctsg])i(?=[ao])|(?<=[^aeiouqg])u(?=a)|(?<![ct])i(?=ent|enc|et)|[aeouy](?=ing)|i(?=u[ms])"
    r"|(?<=[dtr])eo|e(?=um)|(?<=[rd])ea(?=ct|lis|lit)|(?<=cr)ea(?=t)|(?<=th)ea(?=t)|(?<=id)ea"
    r"|oe(?=[mt])|(?<=s)ui(?=c)|(?<=[st]h)m$"
)
_COMPARED = re.compile("[aeiouy].*[^aeiouy]i(?:er|est)$")  # easier, healthiest
_ENGLISH_KNOWN = {
    "area": 3, "being": 2, "business": 2, "doing": 2, "every": 2, "evening": 2, "going": 2,
    "idea": 3, "ideas": 3, "people": 2, "science": 2, "something": 2, "someone": 2, "sometimes": 2,
    "anyone": 3, "everyone": 3, "everything": 3, "somewhere": 2, "real": 1, "really": 2,
    "usual": 3, "usually": 4, "different": 3, "interest": 3, "interested": 4, "rhythm": 2,
    "quiet": 2, "diet": 2, "fewer": 2, "gp": 2, "gps": 2, "area's": 3, "muscle": 2, "muscles": 2,
    "exercise": 3, "exercises": 4, "physio": 3, "you're": 1, "they're": 1, "we're": 1,
    "didn't": 2, "doesn't": 2, "isn't": 2, "couldn't": 2, "wouldn't": 2, "shouldn't": 2,
    "wasn't": 2, "weren't": 1, "hasn't": 2, "haven't": 2, "don't": 1, "aren't": 1, "can't": 1,
}  # fmt: skip


def syllables(word: str, language: str) -> int:
    """The syllables of a word: at least one. Of other languages than Dutch, as in English."""
    plain = word.lower().replace("’", "'")
    count = _dutch if language == "nl" else _english
    return max(1, sum(count(part) for part in plain.split("-")))


def _dutch(word: str) -> int:
    if word in _DUTCH_KNOWN:
        return _DUTCH_KNOWN[word]
    for pattern, sound in _DUTCH_CONSONANTS:
        word = pattern.sub(sound, word)
    return len(_DUTCH.findall(word)) or len(word.replace("'", ""))


def _english(word: str) -> int:
    if word in _ENGLISH_KNOWN:
        return _ENGLISH_KNOWN[word]
    word = word.partition("'")[0]
    return _vowels(word) or len(word)


def _vowels(word: str) -> int:
    word = _JOINED.sub(r"\1", word)
    sounded = _SILENT.sub("", word) if len(_ENGLISH.findall(word)) > 1 else word
    apart = len(_APART.findall(sounded)) + bool(_COMPARED.search(sounded))
    return len(_ENGLISH.findall(sounded)) + apart
