"""Whom to call, by country. Each number stands with where it was found; docs/safety.md repeats it.

Only countries whose numbers are certain are here. For all others people are told to call their own
emergency number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Country(StrEnum):
    """Where the people of a campaign are."""

    NL = "NL"
    BE = "BE"
    DE = "DE"
    GB = "GB"
    IE = "IE"
    US = "US"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Helplines:
    """`suicide` are the numbers to call with suicidal thoughts, free of charge, day and night.

    `site` is where more about that help is, without "https://". Without `emergency`, people are
    sent to the emergency number of where they are.
    """

    suicide: tuple[str, ...]
    site: str
    emergency: str | None


HELPLINES: Mapping[Country, Helplines] = {
    # 113.nl; 112.nl
    Country.NL: Helplines(("113", "0800-0113"), "113.nl", "112"),
    # zelfmoord1813.be; 112.be
    Country.BE: Helplines(("1813",), "zelfmoord1813.be", "112"),
    # telefonseelsorge.de; bbk.bund.de (112)
    Country.DE: Helplines(("0800 1110111",), "telefonseelsorge.de", "112"),
    # samaritans.org; gov.uk (999)
    Country.GB: Helplines(("116 123",), "samaritans.org", "999"),
    # samaritans.org/ireland; 112.ie
    Country.IE: Helplines(("116 123",), "samaritans.org/ireland", "112"),
    # 988lifeline.org; 911.gov
    Country.US: Helplines(("988",), "988lifeline.org", "911"),
    # findahelpline.com lists lines in most countries.
    Country.ELSEWHERE: Helplines((), "findahelpline.com", None),
}
