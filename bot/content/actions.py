"""What a sentence asks its reader to do."""

from __future__ import annotations

import re

from bot.content.reading import words

_VERBS = {
    "nl": (
        "aai accepteer adem antwoord bedenk begin bekijk bel beloon bespreek bewaar beweeg "
        "bezoek blijf bouw breng deel denk doe douche draai drink durf eet fiets fluit ga "
        "gebruik geef geniet gooi haal hang hark help herhaal herken hou houd kies kijk klim "
        "knuffel kook koop laad laat lach leer lees leg let loop luister maak meet merk neem "
        "nodig noem noteer oefen ontdek onthoud ontspan open opper pak plaats plan plant "
        "praat probeer raap regel reik reken ren rijd roep ruim rust schrap schrijf schud sla "
        "slaap sluit smeer sorteer speel spoel spreek sta start stel stop strek strooi stuur "
        "teken tel tik til train trek veeg verander verdeel vergelijk vermijd verplaats "
        "versier vertel vertrouw verzamel vier vind voel volg vouw vraag vul wacht wandel was "
        "wees werk wissel zeg zet zing zit zoek zorg zwaai zwem"
    ),
    "en": (
        "add ask avoid bake be begin breathe bring build buy call carry check choose clean "
        "climb close compare cook count cut cycle dance decide discover do draw drink eat "
        "enjoy fill find finish follow get give go hang have help hold invite join keep lay "
        "learn leave let lie list listen look make mark measure meet move note notice open "
        "pack phone pick place plan plant play practice practise prepare press put read relax "
        "remember repeat rest reward ride run save say see send set share show sing sit skip "
        "sleep speak spend stand start stay stop stretch stroll swap swim switch take talk "
        "tap tell thank think tick touch treat try turn use visit wait walk wash watch wear "
        "write"
    ),
}

_OPENING = {
    "nl": "(?:(?:deze week|vandaag|morgen|vanavond|nu|daarna|dan|eerst|en|of|ook) )?",
    "en": (
        "(?:(?:this week|today|tomorrow|tonight|now|then|after that|first|and|or|also|please)"
        ",? )?(?:please )?"
    ),
}

_BACK = {
    "nl": re.compile(
        r"\b(?:hem|het|ze|die|dan|dat|daarvan|daarover|er|verder|bijvoorbeeld)\b", re.I
    ),
    "en": re.compile(r"\b(?:it|them|they|that|those|then|there|another|example|instance)\b", re.I),
}
"""Words that point back, or to an example: such a sentence goes on about the action before it."""

_STARTS = {
    language: re.compile(rf"{_OPENING[language]}(?:{'|'.join(verbs.split())})\b", re.IGNORECASE)
    for language, verbs in _VERBS.items()
}


def knows(language: str) -> bool:
    """Whether requests can be told in a language."""
    return language in _VERBS


def requests(sentences: list[str], language: str) -> list[str]:
    """The sentences that ask for something new; a question asks for nothing."""
    asked: list[str] = []
    for sentence in sentences:
        plain = sentence.lstrip("'\"‘“•- ")
        if plain.endswith("?") or not _STARTS[language].match(plain):
            continue
        if asked and _BACK[language].search(" ".join(words(plain))):
            continue
        asked.append(sentence)
    return asked
