"""Seeded defects: the one change that each makes to a right campaign, and where it is found."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.codes import Rule

NL, EN = "nl/short-walk.j2", "en/short-walk.j2"
NL2, EN2 = "nl/good-mood.j2", "en/good-mood.j2"
YAML = "campaign.yaml"
NLO, ENO = "nl/offers/not-so-sure.j2", "en/offers/not-so-sure.j2"
MOVES = "exercises/exercises.yaml"
PNG, GIF = "exercises/media/bridge.png", "exercises/media/bridge.gif"
PNL, PEN = "phrases/nl.yaml", "phrases/en.yaml"
ONL, OEN = "nl/phrases.yaml", "en/phrases.yaml"
KEYS = "launched.yaml"

WALK, BLOCK = "Loop vandaag één rondje om je huis.", "Take one walk around the block today."
PLACE, PICK = (
    "Kies deze week een plek waar je graag loopt.",
    "This week, choose a place where you like to walk.",
)
ALONE = "Daarin ben je niet alleen."
ONLY = "You are not the only one."


@dataclass(frozen=True)
class Defect:
    """In `file` the one `old` becomes `new`; `old` None gives the file a new content.

    `new` None removes the file, bytes are written as they are. It is found by `rule` in
    `file` on `line` (0: not there, but at the places in `also`), and nothing else is found.
    """

    rule: Rule
    file: str
    old: str | None
    new: str | bytes | None
    line: int = 1
    also: tuple[tuple[Rule, str, int], ...] = ()

    @property
    def expected(self) -> set[tuple[str, str, int]]:
        own = {(str(self.rule), self.file, self.line)} if self.line else set()
        return own | {(str(rule), file, line) for rule, file, line in self.also}


D = Defect
R = Rule

HARD_NL = (
    "De regelmatige beoefening van lichamelijke activiteiten bevordert aantoonbaar de geestelijke "
    "gezondheid. Onderzoekers onderstrepen daarnaast nadrukkelijk de maatschappelijke betekenis. "
    "Het blad schrijft erover."
)
HARD_EN = (
    "Regular participation in recreational physical activities demonstrably facilitates "
    "psychological resilience. Municipal organisations increasingly accommodate initiatives. "
    "Investigators additionally emphasise societal considerations. The magazine covers it."
)
MIDDLING_NL = (
    "Loop je wel eens met anderen samen? Sommige mensen vinden dat prettiger dan alleen. "
    "Het blad vertelt over onderzoek bij volwassenen. Wandelen na het werk geeft velen "
    "ontspanning. Vraag een collega of familie om mee te lopen."
)
MIDDLING_EN = (
    "Many people find a regular walk relaxing, the magazine says. Experts looked at several "
    "areas. People usually walk more slowly together than alone. That is pleasant after a busy "
    "day. Others like to wander on their own."
)


def sentence(words: int, word: str) -> str:
    """A sentence of so many short words."""
    return " ".join([word.capitalize(), *[word] * (words - 1)]) + "."


# fmt: off
FILES = [
    D(R.MISSING_FILE, YAML, None, None),
    D(R.MISSING_FILE, YAML, "exercises, safety, source]", "exercises, diet, safety, source]", 107,
      ((R.PHRASE, PNL, 1), (R.PHRASE, PEN, 1))),
    D(R.MISSING_FILE, YAML, "- tip: short-walk\n", "- tip: shortwalk\n", 94,
      ((R.UNUSED, NL, 1), (R.UNUSED, EN, 1))),
    D(R.UNREADABLE_FILE, NL, None, "Een\ntwee\ncafé\n".encode("latin-1"), 3),
    D(R.UNREADABLE_FILE, "nl/cards/about.j2", None, " \n\n"),
    D(R.UNREADABLE_FILE, YAML, None, b"key: caf\xe9\n"),
    D(R.UNREADABLE_FILE, "words.txt", None, b"# one\ncaf\xe9\n", 2),
    D(R.UNREADABLE_FILE, PEN, None, b"# one\nthanks.skip: caf\xe9\n", 2),
    D(R.YAML, YAML, "languages: [nl, en]", "languages: [nl, en", 18),
    D(R.YAML, YAML, "review_by: 2030-01-31", "review_by: 2030-02-30", 18),
    D(R.YAML, YAML, None, "- one\n- two\n"),
    D(R.YAML, PNL, "button.source: Waar komt", "button.source: [Waar komt", 11),
    D(R.DUPLICATE_KEY, YAML, "version: 1\n", "version: 1\nversion: 2\n", 15),
    D(R.DUPLICATE_KEY, YAML, "    not_for: blame\n", "    not_for: blame\n    not_for: fear\n", 42),
    D(R.DUPLICATE_KEY, PEN, "command.start: Begin", "command.start: Begin\ncommand.start: Go", 9),
    D(R.SCHEMA, YAML, "version: 1\n", "version: one\n", 14),
    D(R.SCHEMA, YAML, "check_in_window: 3\n", "check_in_window: 3\nwindow: 2\n", 23),
    D(R.SCHEMA, YAML, "  published: 2026-05", "  published: 2026-13", 27),
    D(R.SCHEMA, YAML, "  - check-in: week-2", "  - checkin: week-2", 108),
    D(R.WHITESPACE, NL, WALK, WALK + "  ", 6),
    D(R.WHITESPACE, EN, "one walk", "one  walk", 5),
    D(R.WHITESPACE, NL2, "Dat kan ook.", "Dat kan\took.", 6),
]

SERIES = [
    D(R.TRANSLATION, EN2, None, None, 0, ((R.TRANSLATION, YAML, 103),)),
    D(R.TRANSLATION, YAML, ", en: Out for a bit}", "}", 96),
    D(R.TRANSLATION, NLO, None, None, 0, ((R.TRANSLATION, YAML, 115),)),
    D(R.TRANSLATION, YAML, ", en: Not now}", "}", 122),
    D(R.TRANSLATION, YAML, "languages: [nl, en]", "languages: [nl, en, nl]", 16),
    D(R.TRANSLATION, "de/cards/help.j2", None, "<b>Hilfe</b>\n"),
    D(R.TRANSLATION, YAML, "      en: A short walk outdoors is enough for", "      fr: Une pour", 0,
      ((R.TRANSLATION, YAML, 84), (R.TRANSLATION, YAML, 86))),
    D(R.VALUES, YAML, "[park, street, water, skip]", "[park, street, water, none]", 62),
    D(R.VALUES, YAML, '["0", "1", "2",', '["1", "0", "2",', 72),
    D(R.VALUES, YAML, "[park, street, water, skip]", "[park, park, water, skip]", 62),
    D(R.OPTIONS, YAML, "[In een park, Door", "[In een bos, In een park, Door", 64),
    D(R.OPTIONS, YAML, "Only a long walk", "A short walk outdoors", 89),
    D(R.OPTIONS, YAML, '"9", "10: very sure", Skip]', '"10: very sure", Skip]', 75),
    D(R.KNOWLEDGE, YAML, "    correct: short-walk\n", "", 77),
    D(R.KNOWLEDGE, YAML, "correct: short-walk", "correct: skip", 83),
    D(R.KNOWLEDGE, YAML, "scale: choice", "scale: choice\n    correct: park", 59),
    D(R.ORDER, YAML, "- key: not-so-sure", "- key: sure", 115,
      ((R.MISSING_FILE, YAML, 115), (R.UNUSED, NLO, 1), (R.UNUSED, ENO, 1))),
    D(R.ORDER, YAML, "- key: not-now", "- key: help", 121),
    D(R.ORDER, YAML, "    day: 0\n", "    day: 1\n", 94),
    D(R.ORDER, YAML, "  - check-in: week-2", "  - check-in: week-1", 108),
    D(R.ORDER, YAML, "    day: 10\n", "    day: 5\n", 109),
    D(R.SAME_DAY, YAML, "    day: 7\n", "    day: 3\n", 104),
    D(R.SAME_DAY, YAML, "    day: 10\n", "    day: 7\n", 109),
    D(R.SAME_DAY, YAML, "    day: 3\n", "    day: 0\n", 100),
    D(R.UNKNOWN_QUESTION, YAML, "[sure, known]", "[sure, known, shore]", 110),
    D(R.UNKNOWN_QUESTION, YAML, "questions: [place]", "questions: [place, plaice]", 101),
    D(R.UNKNOWN_QUESTION, YAML, "[sure, known]", "[sure, known, sure]", 110),
    D(R.CHANGED_KEY, KEYS, "  - good-mood\n", "  - good-mood\n  - old-tip\n", 7),
    D(R.CHANGED_KEY, KEYS, "  - week-1\n", "  - short-walk\n", 8),
    D(R.CHANGED_KEY, KEYS, '"park", "street"', '"park", "beach", "street"', 11),
    D(R.CHANGED_KEY, KEYS, "scale confidence", "scale choice", 12),
    D(R.CHANGED_KEY, KEYS, "  known: [", "  once: [", 13),
    D(R.CHANGED_KEY, KEYS, "key: starter", "key: walking", 0, ((R.CHANGED_KEY, YAML, 1),)),
    D(R.BRANCH_WORDS, YAML, "when: sure is 3 or less", "when: sure was 3", 116),
    D(R.BRANCH_WORDS, YAML, "when: sure is", "when: shore is", 116),
    D(R.BRANCH_WORDS, YAML, "sure is 3 or less", "sure is 11", 116),
    D(R.BRANCH_WORDS, YAML, "sure is 3 or less", "place is park,\n      and place is street", 116),
    D(R.BRANCH_WORDS, YAML, "does: show physio", "does: open physio", 120),
    D(R.BRANCH_WORDS, YAML, "does: show physio", "does: pause for 99 weeks", 120),
    D(R.UNREACHABLE_BRANCH, YAML, "sure is 3 or less", "sure is 3 or less twice in a row", 116),
    D(R.UNREACHABLE_BRANCH, YAML, "sure is 3 or less", "sure went down by 2 or more", 116),
    D(R.UNREACHABLE_BRANCH, YAML, "sure is 3 or less", "3 check-ins in a row went unanswered", 116),
    D(R.UNREACHABLE_BRANCH, YAML, "does: show physio", "does: jump to good-mood", 116),
    D(R.NEVER_REJOINS, YAML, "does: show physio", "does: jump to week-1", 120),
    D(R.NEVER_REJOINS, YAML, "does: show physio", "does: jump to nowhere", 120),
    D(R.NEVER_REJOINS, YAML, "when: sure is 3 or less\n",
      "when: sure is 3 or less\n    if_ignored: stop\n", 117),
    D(R.NEVER_REJOINS, YAML,
      "does: show physio\n      - key: not-now\n        label: {nl: Nu niet, en: Not now}",
      "does: stop", 117),
    D(R.TOO_OFTEN, YAML, "check_in_window: 3\n", "check_in_window: 3\nmost_a_week: 1\n", 101),
    D(R.TOO_OFTEN, YAML, "version: 1\n", "version: 1\nmost_a_week: 1\n", 101),
    D(R.TOO_OFTEN, YAML, "questions: [place]\n", "questions: [place]\n" + "".join(
      f"  - check-in: day-{day}\n    day: {day}\n    questions: [place]\n"
      for day in (4, 5, 6)), 109),
    D(R.BOOSTER, YAML, "check_in_window: 3\n", "check_in_window: 3\nboosters: [week-1]\n", 23),
    D(R.BOOSTER, YAML, "check_in_window: 3\n", "check_in_window: 3\nboosters: [nowhere]\n", 23),
    D(R.BOOSTER, YAML, "check_in_window: 3\n",
      "check_in_window: 3\nboosters:\n  - good-mood\n  - good-mood\n", 25),
    D(R.UNUSED, "nl/cards/diet.j2", None, "<b>Eten</b>\n"),
    D(R.UNUSED, "en/third.j2", None, f"<b>Third</b>\n\n{BLOCK}\n"),
    D(R.UNUSED, YAML, "questions: [sure, known]", "questions: [known]", 67,
      ((R.UNREACHABLE_BRANCH, YAML, 116),)),
]

CLAIMS = [
    D(R.UNFOUNDED, NL, "8 uur", "10 uur", 4),
    D(R.UNFOUNDED, EN2, "It need not be far", "7 out of 10 do so. It need not be far", 6),
    D(R.UNFOUNDED, YAML, "claims: [C1]", "claims: [C1, C7]", 97),
    D(R.UNFOUNDED, YAML, "buttons: [source, safety]", "buttons: [safety]", 98),
    D(R.CLAIM_ALONE, YAML, "[exercises, safety, source]", "[exercises, source]", 106),
    D(R.CLAIM_ALONE, YAML, "claims: [C1]\n    buttons: [source, safety]",
      "claims: [C1, C2]\n    buttons: [source]", 97),
    D(R.CLAIM_ALONE, YAML, "only_with: [safety]", "only_with: [physio]", 106),
    D(R.NOT_FOR, NL2, "maakt veel mensen vrolijker", "maakt iedereen vrolijker", 6),
    D(R.NOT_FOR, EN2, "makes many people feel", "will always make people feel", 6),
    D(R.NOT_FOR, NL2, "Dat kan ook.", "Dat kan ook. Heb je een depressie?", 6),
    D(R.MUST_SAY, NL, ", schrijft het blad.", ".", 2),
    D(R.MUST_SAY, EN, ", the magazine says.", ".", 1),
    D(R.MUST_SAY, NL, "schrijft het blad", "schrijft de krant", 2),
    D(R.REVIEW_DUE, YAML, "review_by: 2030-01-31", "review_by: 2026-10-31", 18),
    D(R.REVIEW_DUE, YAML, "not_for: blame\n", "not_for: blame\n    review_by: 2026-01-01\n", 42),
    D(R.REVIEW_DUE, YAML, "review_by: 2030-01-31", "review_by: 2026-11-22", 18),
    D(R.PROMISE, NL2, "Dat kan ook.", "Het helpt gegarandeerd.", 6),
    D(R.PROMISE, NL, ALONE, "Loop en je wordt weer beter.", 4),
    D(R.PROMISE, EN, ONLY, "Walking will heal you.", 3),
    D(R.PROMISE, EN2, "It need not be far or fast.", "You will recover soon.", 6),
    D(R.PROMISE, "en/cards/source.j2", "We wrote", "This is a cure. We wrote", 3),
    D(R.SCARE, NL, ALONE, "Stilzitten is gevaarlijk.", 4),
    D(R.SCARE, EN, ONLY, "Sitting is deadly.", 3),
    D(R.SCARE, "nl/cards/about.j2", "Niemand leest mee", "Pas op! Niemand leest mee", 3),
    D(R.SCARE, PEN, "No problem", "Beware", 19),
    D(R.BLAME, NL, ALONE, "Dat is je eigen schuld, dus jouw schuld.", 4),
    D(R.BLAME, EN, ONLY, "That is your own fault.", 3),
    D(R.BLAME, NL2, "Dat kan ook.", "Ben je te lui?", 6),
    D(R.BLAME, PEN, "No problem", "You should have answered", 19),
]

TELEGRAM = [
    D(R.MARKUP, NL, "uur of meer", "uur & meer", 4),
    D(R.MARKUP, EN, "<b>Out for a bit</b>", "<b>Out for a bit", 1),
    D(R.MARKUP, NL2, "Dat kan ook.", "Dat kan <br>ook.", 6),
    D(R.MARKUP, EN2, "far or fast", "far < fast", 6),
    D(R.MARKUP, EN, "one walk", "<span>one</span> walk", 5),
    D(R.MARKUP, PNL, "button.source: Waar", "button.source: <b>Hier</b> Waar", 10),
    D(R.MARKUP, EN, "one walk", "<B>one</B> walk", 5),
    D(R.MARKUP, EN, "one walk", "<h2>one walk", 5),
    D(R.MARKUP, EN2, "far or fast", "far <!-- or --> fast", 6),
    D(R.MARKUP, EN2, "far or fast", "{% if operator %}<i>{% endif %}far or fast</i>", 6),
    D(R.MARKUP, NL2, "Dat kan ook.", "Dat <tg-emoji>kan</tg-emoji> ook.", 6),
    D(R.MARKUP, NL2, "Dat kan ook.", "Dat <b class=a/b>kan</b> ook.", 6),
    D(R.MARKUP, NL2, "Dat kan ook.", "Dat **kan** ook.", 6),
    D(R.MARKUP, PEN, "No problem", "__No problem__", 19),
    D(R.MARKUP, NL2, "Dat kan ook.", "Dat *kan* ook.", 6),
    D(R.MARKUP, EN2, "far or fast", "far or _fast_", 6),
    D(R.MARKUP, EN, "one walk", "<b>one</b id> walk", 5),
    D(R.MARKUP, EN, "one walk", "one &#xD800; walk", 5),
    D(R.MARKUP, YAML, "en: Out for a bit", "en: <b>Out</b> for a bit", 96),
    D(R.MARKUP, YAML, "Waar loop jij het liefst?", "Waar loop jij het liefst, {{ operator }}?", 60),
    D(R.MARKUP, YAML, "In een park", "In een &amp; park", 64, ((R.SPELLING, YAML, 64),)),
    D(R.MARKUP, YAML, "nl: Nu niet", "nl: '**Nu niet**'", 122),
    D(R.TEXT_LENGTH, "nl/cards/help.j2", "Niemand leest hier mee.", "Ja. " * 1050 + "Ja."),
    D(R.TEXT_LENGTH, "en/cards/about.j2", "Nobody reads", "Go on. " * 590 + "Nobody reads"),
    D(R.TEXT_LENGTH, PEN, "No problem,", "Yes. " * 820 + "No problem,", 19),
    D(R.TIP_LENGTH, NL, ALONE, ALONE + " Dat is zo." * 25),
    D(R.TIP_LENGTH, EN, ONLY, ONLY + " It is so." * 28),
    D(R.TIP_LENGTH, NL2, "Dat kan ook.", "Dat kan ook." + " Zo is het." * 20),
    D(R.TIP_LENGTH, ENO, "You need not be sure.", "You need not be sure." + " It is so." * 28),
    D(R.CAPTION_LENGTH, PNL, "Dit is alles", "Ja. " * 252 + "Dit is alles", 18),
    D(R.CAPTION_LENGTH, PEN, "This is everything", "Yes. " * 200 + "This is everything", 18),
    D(R.CAPTION_LENGTH, PEN, "This is everything", "<b>Yes.</b> " * 205 + "This is everything", 18),
    D(R.POLL, YAML, "Waar loop jij het liefst?", "Ja of nee? " * 28, 60),
    D(R.POLL, YAML, "In een park", "In een park" + " of zo" * 16, 64),
    D(R.POLL, YAML, "values: [park, street, water, skip]",
      "values: [a, b, c, d, e, f, g, h, i, j, k, l, skip]", 62),
    D(R.POLL, YAML, "Where do you like to walk best?", "Yes? " * 57 + "Yes or no? 🏔🏔🏔🏔", 61,
      ((R.EMOJI, YAML, 61),)),
    D(R.BUTTON, PNL, "button.safety: Wanneer bellen?", "button.safety: 📞", 11),
    D(R.BUTTON, PEN, "button.source: Where is this from?", f"button.source: {'Go ' * 22}", 10),
    D(R.BUTTON, YAML, "nl: Lopen en je humeur,", f"nl: {'Lopen en zo ' * 5},", 105),
    D(R.BUTTON, YAML, "en: Out for a bit", "en: '1'", 96),
    D(R.BUTTON, YAML, "nl: Nu niet", "nl: '1'", 122),
    D(R.CALLBACK_DATA, YAML, "key: starter", f"key: {'a' * 33}", 12),
    D(R.CALLBACK_DATA, YAML, "  - check-in: week-1", f"  - check-in: {'week-' * 7}1", 99),
    D(R.CALLBACK_DATA, YAML, "[exercises, safety, source]", f"[{'e' * 33}, safety, source]", 107),
    D(R.COMMAND, PNL, "command-name.start: start", "command-name.start: Beginnen!", 9),
    D(R.COMMAND, PEN, "command-name.start: start", f"command-name.start: {'s' * 33}", 9),
    D(R.COMMAND, PEN, "command.start: Begin", f"command.start: {'Begin ' * 43}", 8),
    D(R.PROFILE, ONL, "bot.name: Lekker lopen", f"bot.name: {'Lekker lopen ' * 6}", 3),
    D(R.PROFILE, OEN, "Free.", "Free." + " Go on." * 14, 4),
    D(R.PROFILE, OEN, "You get one short", "You get one tip. " * 31 + "You get one short", 6),
    D(R.LINK, "nl/cards/source.j2", "onze eigen", '<a href="http://a.nl/">onze</a> eigen', 3),
    D(R.LINK, "en/cards/source.j2", "our own", "<a>our</a> own", 3),
    D(R.LINK, "en/cards/about.j2", "Nobody reads", "See https://example.org/ too. Nobody reads", 3),
    D(R.LINK, PEN, "No problem", '<a href="ftp://a.nl/">No</a> problem', 19),
    D(R.EMPTY, "nl/cards/about.j2", None, "{% if operator %}Van {{ operator }}.{% endif %}\n"),
    D(R.EMPTY, "en/cards/physio.j2", None, "{{ chart }}\n"),
    D(R.EMPTY, "en/cards/source.j2", None, "<b> </b>\n"),
]

LANGUAGE = [
    D(R.HARD_TO_READ, NL, "Zit je veel op een dag? " + ALONE, HARD_NL, 2),
    D(R.HARD_TO_READ, EN, "Do you sit a lot? " + ONLY, HARD_EN),
    D(R.HARD_TO_READ, "nl/cards/physio.j2", None, f"<b>Hulp</b>\n\n{HARD_NL} Dat is zo.\n"),
    D(R.NOT_YET_PLAIN, "nl/cards/physio.j2", None, f"<b>Hulp</b>\n\n{MIDDLING_NL}\n"),
    D(R.NOT_YET_PLAIN, "en/cards/physio.j2", None, f"<b>Help</b>\n\n{MIDDLING_EN}\n"),
    D(R.NOT_YET_PLAIN, "nl/cards/about.j2", None, f"<b>Over</b>\n\n{MIDDLING_NL}\n"),
    D(R.SENTENCE_TOO_LONG, NL, ALONE, sentence(26, "ja"), 4),
    D(R.SENTENCE_TOO_LONG, EN, ONLY, sentence(31, "go"), 3),
    D(R.SENTENCE_TOO_LONG, "en/cards/source.j2", "We wrote", sentence(31, "go") + " We wrote", 3),
    D(R.LONG_SENTENCE, NL, ALONE, sentence(16, "ja"), 4),
    D(R.LONG_SENTENCE, EN, ONLY, sentence(21, "go"), 3),
    D(R.LONG_SENTENCE, PNL, "Prima, we slaan deze over", "Prima, " + sentence(16, "ja"), 19),
    D(R.SPELLING, NL, "Veel volwassenen", "Veel volwasenen", 4),
    D(R.SPELLING, EN, "Many adults", "Many aduls", 3),
    D(R.SPELLING, NL2, "vrolijker", "vroolijker", 6),
    D(R.SPELLING, EN2, "feel more cheerful", "feel more cheerfull", 6),
    D(R.SPELLING, YAML, "Door de straat", "Door de sraat", 64),
    D(R.SPELLING, PEN, "No problem", "No problm", 19),
    D(R.EMOJI, NL, "buiten</b>", "buiten 🚶 🙂</b>", 2),
    D(R.EMOJI, EN, "the block today", "the 🏠 today", 5),
    D(R.EMOJI, NL2, "Dat kan ook.", "Dat kan ook :)", 6),
    D(R.EMOJI, "en/cards/about.j2", "<b>About these tips</b>", "👋 <b>About these tips</b>", 1),
    D(R.ONE_ACTION, NL, WALK, "Lopen is fijn.", 6),
    D(R.ONE_ACTION, EN, BLOCK, BLOCK + " Ask a friend for a chat.", 5),
    D(R.ONE_ACTION, NL2, PLACE, PLACE + " Bel je zus. Maak een plan.", 8),
    D(R.ONE_ACTION, EN2, PICK, "Where do you like to walk?", 8),
]

SAFETY = [
    D(R.SAFETY_CARD, "nl/cards/safety.j2", None, None, 0, ((R.SAFETY_CARD, YAML, 98),)),
    D(R.SAFETY_CARD, "en/cards/safety.j2", "Call <b>{{ emergency }}</b>.", "Call a doctor."),
    D(R.SAFETY_CARD, "nl/cards/safety.j2", "Bel <b>{{ emergency }}</b>.", "Bel meteen."),
]

TEXTS = [
    D(R.TEMPLATE, NL2, "{% endif %}", "{% endfor %}", 6),
    D(R.TEMPLATE, EN2, "{{ chart }}", "{{ chart | shout }}", 4),
    D(R.TEMPLATE, EN2, "{{ chart }}", "{{ chart.points }}", 4),
    D(R.TEMPLATE, PNL, "{{ day }}", "{{ day }", 15),
    D(R.VARIABLE, EN2, "{{ chart }}", "{{ chrt }}", 4),
    D(R.VARIABLE, "nl/cards/about.j2", "{{ operator }}", "{{ name }}", 3),
    D(R.VARIABLE, EN, ONLY, ONLY + " {% if week %}Go on.{% endif %}", 3),
    D(R.CONSENT_SHOWN, "nl/cards/welcome.j2", "wil deze tips krijgen", "wil deze tips", 0,
      ((R.CONSENT_SHOWN, "nl/cards/consent-series.j2", 1),)),
    D(R.CONSENT_SHOWN, "en/cards/consent-series.j2", "these tips", "all tips"),
    D(R.CONSENT_SHOWN, "en/cards/consent-check-ins.j2", "may be stored", "can be stored"),
    D(R.PHRASE, PEN, "button.safety: When to call\n", "", 1),
    D(R.PHRASE, PNL, "button.source: Waar komt dit vandaan?", "button.source: 7", 10),
    D(R.PHRASE, PNL, "thanks.skip:", "thanks.skipped:", 1, ((R.PHRASE, PEN, 1),)),
    D(R.PHRASE, ONL, "welcome.finished:", "welcome.finnished:", 13),
    D(R.PHRASE_FACTS, PNL, "{{ day }}", "{{ part }}", 15),
    D(R.PHRASE_FACTS, OEN, "For that, ask your GP.", "{{ day }}", 14),
    D(R.PHRASE_FACTS, PEN, "{{ day }}", "{{ week }}", 0, ((R.PHRASE_FACTS, PNL, 15),)),
    D(R.PHRASE_FACTS, PEN, '"{{ week }}. {{ title }}"', '"{{ title }}"', 0,
      ((R.PHRASE_FACTS, PNL, 13),)),
]

EXERCISES = [
    D(R.UNKNOWN_EXERCISE, YAML, "exercises: [bridge]", "exercises: [bridge, handstand]", 123),
    D(R.UNKNOWN_EXERCISE, YAML, "exercises: [bridge]", "exercises: [bird-dog]", 123),
    D(R.UNKNOWN_EXERCISE, YAML, "exercises: [bridge]", "exercises: [bridge-2, bridge]", 123),
    D(R.PICTURE, PNG, None, None, 0, ((R.PICTURE, MOVES, 6),)),
    D(R.PICTURE, PNG, None, b"GIF89a", 0, ((R.PICTURE, MOVES, 6),)),
    D(R.PICTURE, PNG, None, b"\x89PNG\r\n\x1a\n" + bytes(60_000), 0, ((R.PICTURE, MOVES, 6),)),
    D(R.PICTURE, GIF, None, b"GIF89a" + bytes(200_000), 0, ((R.PICTURE, MOVES, 6),)),
    D(R.DOSE, MOVES, "Til je billen op.", "Til je billen drie keer op.", 13),
    D(R.DOSE, MOVES, "Lift your bottom.", "Lift your bottom for 10 breaths.", 18),
    D(R.DOSE, MOVES, "Too much? Stop.", "Too much? Do it twice.", 19),
    D(R.DOSE, MOVES, "title: Bridge", "title: Bridge every day", 17),
    D(R.TRANSLATION, MOVES, "always: {nl: Kijk bij /alarm., en: See /alarm.}",
      "always: {nl: Kijk bij /alarm.}", 3),
    D(R.SCHEMA, MOVES, "posture: lying", "posture: hanging", 7),
    D(R.SCHEMA, YAML, "exercises: [bridge]", "exercises: []", 123),
    D(R.SCHEMA, MOVES, "        picture: Someone lies down and lifts up.\n", "", 16),
    D(R.SPELLING, MOVES, "Lift your bottom.", "Lift your botttom.", 18),
    D(R.PROMISE, MOVES, "Too much? Stop.", "This always helps.", 19),
]
"""In a campaign that shows exercises of its own."""
# fmt: on

DEFECTS = (*FILES, *SERIES, *CLAIMS, *TELEGRAM, *LANGUAGE, *SAFETY, *TEXTS, *EXERCISES)
