"""Alarm words in what people write, in Dutch and English whatever the person's language.

Nothing is diagnosed. A word too many only shows the safety card once more than needed, so the words
are wide, and misspellings count.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Alarm(StrEnum):
    """What a text must be answered with first."""

    NONE = "none"
    MEDICAL = "medical"
    SUICIDE = "suicide"


def alarm(text: str) -> Alarm:
    """The alarm that a text raises; the help line comes before the safety card."""
    folded = _folded(text)
    if _SUICIDE.search(folded):
        return Alarm.SUICIDE
    return Alarm.MEDICAL if _MEDICAL.search(folded) else Alarm.NONE


_SUICIDE_WORDS = """
    zelfmoord*; zelfdoding*; suicid*; 113
    wil* dood; dood wil*; liever dood; was ik dood; was ik maar dood; beter dood
    niet meer leven; wil* niet leven; leven niet meer; geen zin in leven; moe van leven; levensmoe
    einde aan leven; eind aan leven; einde aan maken; eind aan maken; uit leven stappen
    eruit stappen; stap* eruit; van kant maken; mezelf doden; mijzelf doden
    mezelf aandoen; mijzelf aandoen; mezelf pijn doen; mijzelf pijn doen; zelf wat aandoen
    kill myself; killing myself; end my life; ending my life; end it all; take my life
    want to die; wanna die; wish i was dead; wish i were dead; better off dead; rather be dead
    not want to live; dont want to live; don t want to live; do not want to be alive
    no reason to live; not worth living; hurt myself; hurting myself; self harm*; selfharm*
"""

_MEDICAL_WORDS = """
    plas; plasje; plassen; plaste; geplast; plasproble*; plasklacht*; bedplas*
    urine*; urineren; blaas; blaasproble*; poep*; ontlasting*; stoelgang; incontinen*
    doof; dove; verdoofd*; gevoelloos*; gevoelsloos*; geen gevoel; minder gevoel; gevoel kwijt
    gevoel weg; voel* niets; voel* niks; tintel*; rijbroek*; tussen benen; geslacht*; penis
    vagina*; schaamstreek*; anus; seks gevoel; gevoel seks
    verlam*; lam; lamme; slap been; slap benen; slappe been; slappe benen; been slap*; benen slap*
    slapper; klapvoet*; krachtverlies; geen kracht; kracht kwijt; kracht verlies*; uitval*
    door been gezakt; door benen zak*; zak* door been; zak* door benen
    koorts*; rillingen; ernstig ziek; erg ziek; heel ziek; doodziek; bloed
    gevallen; viel van; viel uit; val van; val uit; ongeluk; ongeval; aangereden; gebroken
    borstpijn*; pijn borst; druk borst; hartaanval*; hartinfarct*; benauwd*; kortademig*
    geen adem; ademnood; niet ademen; beroerte*; flauwgevallen; bewusteloos*
    kanker*; tumor*; uitzaai*; afgevallen; gewichtsverlies; prednison*; botontkalk*; osteoporo*
    ondraaglijk*; ondragelijk*; niet te harden; niet uit te houden; hou* niet uit; niet meer uit
    noodgeval*; spoed*; huisartsenpost*; ambulance*; 112
    pee; peed; peeing; urinat*; bladder*; bowel*; poo; poop*; stool*; wet myself; wetting myself
    numb*; no feeling; no sensation; lost feeling; can t feel; cant feel; cannot feel; tingl*
    saddle; between legs; genital*; private parts
    paraly*; weak leg; weak legs; legs weak*; leg weak*; weakness; legs give way; leg gives way
    foot drop; fever*; high temperature; chills; very ill; very sick; blood; bleeding
    i fell; fell down; fell off; fell from; fell over; fell on; had a fall; bad fall; fallen
    accident; car crash; broken
    chest; heart attack; cant breathe; can t breathe; cannot breathe; short of breath; stroke
    cancer*; tumour*; weight loss; losing weight; lost weight; steroid*
    unbearable; emergency; 999; 911; collapsed; unconscious; passed out
"""
"""Entries end at a semicolon or a line's end. Words of an entry stand in this order with at most
three others between; a star lets a word go on."""


def _folded(text: str) -> str:
    """Lower-case words, one space between, spelled by sound so that near misses come out alike."""
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    for pattern, sound in _SOUNDS:
        letters = pattern.sub(sound, letters)
    return letters.strip()


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z0-9*]+", " "),
        (r"([^aeiou0-9])\1+", r"\1"),  # plasen, koortss
        (r"([aeiou])\1{2,}", r"\1\1"),  # doooof
        (r"ph|v", "f"),  # gefoelloos
        (r"ck|[cq](?!h)", "k"),
        (r"z", "s"),
        (r"ij|ei|y", "i"),
        (r"dt?", "t"),  # verlamt
    )
)


def _pattern(words: str) -> re.Pattern[str]:
    entries = (entry.strip() for entry in re.split(r"[;\n]", words))
    return re.compile("|".join(_entry(entry) for entry in entries if entry))


def _entry(entry: str) -> str:
    words = (
        rf"\b{word[:-1]}\w*" if word.endswith("*") else rf"\b{word}\b"
        for word in _folded(entry).split()
    )
    return r"(?: \w+){0,3} ".join(words)


_SUICIDE = _pattern(_SUICIDE_WORDS)
_MEDICAL = _pattern(_MEDICAL_WORDS)
