"""Syllables, sentences and scores, against words and texts counted by hand."""

from __future__ import annotations

import pytest

from bot.content.reading import prose_only, score, sentences, words
from bot.content.syllables import syllables

DUTCH = """
idee 2 uren 2 overleg 3 huisarts 2 fysio 3 fysiotherapeut 6 bewegen 3 beweging 3 oefening 3 ziekte 2
oefeningen 4 ziekenhuis 3 oorzaak 2 precieze 3 zenuw 2 zenuwen 3 spier 1 spieren 2 meestal 2 vrij 1
verwijzing 3 verzekering 4 januari 4 radio 3 nieuws 1 nieuwe 2 eeuw 1 sneeuw 1 leeuwen 2 zaaien 2
gooien 2 roeien 2 groeien 2 moeite 2 ideeën 3 oefenideeën 5 knieën 2 zeeën 2 patiënt 3 cliënten 3
geïnteresseerd 5 coördinatie 5 reünie 3 hygiëne 4 beantwoorden 4 bijeen 2 blijven 2 ijs 1 rug 1
eigenlijk 3 tijdzone 3 geijkt 2 beademing 4 theater 3 reactie 3 situatie 4 individueel 5 pijn 1
materiaal 4 sociaal 3 officieel 4 periode 4 video 3 dieet 2 diëtist 3 diabetes 4 psychiater 4 gauw 1
neuroloog 3 kruidenthee 3 fruit 1 buien 2 uien 2 vrouw 1 trouwens 2 nauwelijks 3 auto 2 auto's 2
zo'n 1 foto's 2 toilet 2 trainen 2 bureau 2 niveau 2 yoga 2 aquarel 3 e-mail 2 rugklachten 3 mooi 1
gezondheidszorg 4 toestemming 3 persoonsgegevens 5 vergelijken 4 hoeveel 2 gemiddeld 3 afgelopen 4
hooikoorts 2 draaien 2 luieren 3 koeien 2 dertig 2 drieëntwintig 4 familie 3 actie 2 miljoen 2
medicijn 3 museum 3 europa 3 zwangerschap 3 huisartsenpost 4 bekkenbodem 4 antwoorden 3 wandelen 3
fietsen 2 zwemmen 2 duizelig 3 behandeling 4 verpleegkundige 5 vertrouwen 3 geleidelijk 4 KNGF 4
"""

ENGLISH = """
the 1 idea 3 hours 1 people 2 usually 4 physio 3 exercise 3 exercises 4 muscle 2 table 2 little 2
settle 2 moved 1 wanted 2 needed 2 walked 1 watches 2 boxes 2 pages 2 faces 2 comes 1 likes 1
safely 2 careful 2 movement 2 useless 2 area 3 radio 3 period 3 patient 2 patients 2 special 2 why 1
question 2 station 2 social 2 science 2 quiet 2 diet 2 client 2 experience 4 being 2 doing 2 buy 1
studying 3 playing 2 video 3 museum 3 actual 3 annual 3 insurance 3 medicine 3 doctor 2 hospital 3
recover 3 recovery 4 complaints 2 newspaper 3 different 3 treatment 2 appointment 3 diagnosis 4
information 4 anyone 3 someone 2 sometimes 2 everything 3 somewhere 2 beautiful 3 created 3 react 2
reaction 3 rhythm 2 type 1 eye 1 sure 1 care 1 cycling 2 gardening 3 walking 2 dancing 2 enough 2
though 1 through 1 you're 1 doesn't 2 what's 1 low-back 2 out-of-hours 3 GP 2 activity 4
university 5 times 1
daily 2 easily 3 rarely 2 alone 2 breathe 1 breathed 1 imaginable 5 worst 1 weight 1 theatre 3
centre 2 metre 2 fibre 2 simple 2 possible 3 simply 2 trouble 2 troubled 2 handled 2 apple 2 asked 1
apples 2 realise 3 recognise 3 noticed 2 changed 1 bandages 3 encouraged 3 healthier 3 busier 3
earlier 3 easier 3 happier 3 carried 2 tried 1 worried 2 bodies 2 ideas 3 create 2 ocean 2 gradual 3
manual 3 usual 3 lower 2 power 2 flower 2 poem 2 prednisone 3 osteoporosis 6 suicide 3 signpost 2
guideline 2 homework 2 therefore 2 careless 2 hopeful 2 rules 1 minute 2 minutes 2 stretches 2
"""


@pytest.mark.parametrize(("language", "counted"), [("nl", DUTCH), ("en", ENGLISH)])
def test_syllables_are_counted_as_by_hand(language: str, counted: str) -> None:
    parts = counted.split()
    by_hand = dict(zip(parts[::2], map(int, parts[1::2]), strict=True))
    assert len(by_hand) > 120
    assert {word: syllables(word, language) for word in by_hand} == by_hand


def test_sentences_end_at_marks_and_lines_but_not_before_a_small_letter() -> None:
    assert sentences("Tik op 'Waarom?' en lees. Klaar! Nu ... Ja?") == [
        "Tik op 'Waarom?' en lees.",
        "Klaar!",
        "Nu ...",
        "Ja?",
    ]
    assert sentences("112 ... 7!") == []
    assert words("Zo'n 1,9 miljoen, in het low-back-blad: ’s ochtends.") == [
        "Zo'n", "miljoen", "in", "het", "low-back-blad", "s", "ochtends",
    ]  # fmt: skip


def test_scores_follow_the_formulas() -> None:
    assert score(["De kat zit op de mat."], "nl") == pytest.approx(206.835 - 0.93 * 6 - 77)
    assert score(["The cat is here.", "It sat."], "en") == pytest.approx(206.835 - 1.015 * 3 - 84.6)


def test_what_is_named_is_not_prose() -> None:
    line = "Kijk bij /alarm of op example.org, in Europe/London, 3x of @naam_bot."
    assert words(prose_only(line)) == ["Kijk", "bij", "of", "op", "in", "of"]
