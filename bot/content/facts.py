"""The facts that texts may use between {{ and }}, each with an example.

Callers hand them over ready formatted. The examples serve to render every text once before it is
used; they are as long as such a fact gets, so that lengths are judged fairly.
"""

from __future__ import annotations

CAMPAIGN_FACTS: dict[str, object] = {
    "chart": "Week 1: 7\nWeek 6: 4\nWeek 12: 3",  # one's own answers; empty where there are none
    "operator": "Gezondheidscentrum De Wilg & Partners",  # who runs the bot; empty where not set
    "slower": "elke vier weken",  # the pace that somebody may change to; for offers
}
"""For tips, cards and offers. One that is not given counts as empty, so a text asks
`{% if chart %}`."""

PHRASE_FACTS: dict[str, object] = {
    "chart": CAMPAIGN_FACTS["chart"],
    "check_ins": "aan",
    "consent": "Ik doe mee.",  # the campaign's card consent-series
    "day": "woensdag 30 september",
    "explanation": "Meestal heb je geen verwijzing nodig.",
    "language": "Nederlands",
    "minutes": 1440,
    "pace": "om de week",
    "part": "middag",
    "points": "7, 4, 3",
    "title": "Een plan voor als het terugkomt",
    "username": "rugwijzer_bot",
    "value": "7",
    "week": 12,
    "weekday": "woensdag",
    "zone": "Aruba, Bonaire of Curaçao",
}
"""For phrases. Each is given by the one place in the code that uses the phrase."""
