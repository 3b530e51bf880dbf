"""The facts that texts may use between {{ and }}, each with an example.

Callers hand them over ready formatted. The examples serve to render every text once before it is
used; they are as long as such a fact gets, so that lengths are judged fairly.
"""

from __future__ import annotations

HELP_FACTS: dict[str, object] = {
    "doctor": "je huisarts",
    "emergency": "112",
    "helpline": "Bel 0800 1110111. Dat is gratis en kan dag en nacht. Kijk ook op 113.nl.",
    "out_of_hours": "de huisartsenpost (spoedpost)",
}
"""Whom to call in the country that is set."""

STANDING_FACTS: dict[str, object] = {
    **HELP_FACTS,
    "staffed": "yes",  # a physio can be asked here; empty where nobody reads along
}
"""What holds for everybody: every text is given them."""

CAMPAIGN_FACTS: dict[str, object] = {
    "chart": "Week 1: 7\nWeek 6: 4\nWeek 12: 3",  # one's own answers; empty where there are none
    "operator": "Gezondheidscentrum De Wilg & Partners",  # who runs the bot; empty where not set
    "slower": "elke vier weken",  # the pace that somebody may change to; for offers
    "favourites": "Bruggetje, Knieën heen en weer, Wandelen",  # saved exercises; or empty
    **STANDING_FACTS,
}
"""For tips, cards and offers. One that is not given counts as empty, so a text asks
`{% if chart %}`."""

PHRASE_FACTS: dict[str, object] = {
    **STANDING_FACTS,
    "address": "Kanaalstraat 12, 3531 CJ Utrecht",
    "chart": CAMPAIGN_FACTS["chart"],
    "check_ins": "aan",
    "consent": "Ik doe mee.",  # the campaign's card consent-series
    "day": "woensdag 30 september",
    "days": "maandag tot en met woensdag",
    "explanation": "Meestal heb je geen verwijzing nodig.",
    "first": "maandag",
    "hours": "maandag tot en met vrijdag: 08:00-12:00 en 13:00-17:30",
    "language": "Nederlands",
    "last": "woensdag",
    "longest": 1000,
    "minutes": 1440,
    "numbers": "0800 1110111",
    "most": 5,
    "number": 1234,
    "pace": "elke twee weken",
    "part": "middag",
    "phone": "030 123 45 67",
    "points": "7, 4, 3",
    "site": "telefonseelsorge.de",
    "practice": "Gezondheidscentrum De Wilg & Partners",
    "text": "Mag ik tillen als ik pijn heb?",
    "time": "08:00",
    "times": "08:00-12:00, 13:00-17:30",
    "title": "Een plan voor als het terugkomt",
    "username": "rugwijzer_bot",
    "value": "7",
    "week": 12,
    "weekday": "woensdag",
    "zone": "Aruba, Bonaire of Curaçao",
}
"""For phrases. Each of the others is given by the one place in the code that uses the phrase."""
