"""What simulated subscribers do, as a file says it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.content.files import read_yaml
from bot.content.load import TEMPLATES
from bot.content.parsing import parse_as
from bot.content.schema import StrictModel
from bot.domain.schedule import zone_info
from bot.domain.source import UNKNOWN, source_code

DEFAULT = TEMPLATES / "simulation" / "profile.yaml"


def _zone(name: str) -> str:
    zone_info(name)
    return name


def _source(code: str) -> str:
    if code != UNKNOWN and source_code(code) != code:
        raise ValueError("a source is 1 to 40 small letters, digits, - and _")
    return code


Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
ByWeek = Annotated[list[Share], Field(min_length=1)]
"""A share for each week; the last one holds for all that follow."""


class Joining(StrictModel):
    """Who comes, when and from where. Weights are relative to each other."""

    starts: date
    within_days: Annotated[int, Field(ge=1, le=365)]
    parts: dict[Literal["morning", "afternoon", "evening"], Weight]
    completes: Annotated[float, Field(gt=0, le=1)]
    languages: dict[str, Weight]
    sources: dict[Annotated[str, AfterValidator(_source)], Weight]
    zones: dict[Annotated[str, AfterValidator(_zone)], Weight]

    @model_validator(mode="after")
    def _some(self) -> Joining:
        for name in ("parts", "languages", "sources", "zones"):
            if not sum(getattr(self, name).values()):
                raise ValueError(f"`{name}` needs a weight above 0")
        return self


class CheckIns(StrictModel):
    """Who takes part in check-ins, and how."""

    agrees: Share
    declines: Share
    answers: ByWeek
    habit: Share
    changes: Share
    withdraws: Share
    skips: Share
    minutes: Annotated[float, Field(gt=0)]
    knows: Share


class Going(StrictModel):
    """Who goes, pauses or changes something, as shares of those who got a week's tip."""

    stops: ByWeek
    blocks: ByWeek
    vanishes: ByWeek
    returns: Share
    pauses: ByWeek
    two_weekly: Share
    opens_card: Share
    chooses: Share
    at_night: Share


class Backs(StrictModel):
    """How their backs do: what pain answers tell."""

    recovers: Share
    recurs: Share
    pain: Annotated[float, Field(ge=0, le=10)]
    spread: Annotated[float, Field(ge=0, le=5)]


class Outage(StrictModel):
    """Telegram out of reach: from so many hours after the start, for so many hours."""

    after_hours: Annotated[float, Field(ge=0)]
    hours: Annotated[float, Field(gt=0, le=24 * 30)]


class Faults(StrictModel):
    """What Telegram and the way to it do on bad days."""

    outages: list[Outage] = Field(default_factory=list)
    refusals: Annotated[float, Field(ge=0, le=0.5)] = 0.0


class Profile(StrictModel):
    """Everything about the behaviour of simulated people; `templates/simulation/profile.yaml`
    explains each value."""

    joining: Joining
    check_ins: CheckIns
    going: Going
    backs: Backs
    faults: Faults = Faults()


def at_week(shares: ByWeek, week: int) -> float:
    """The share that holds in a week (from 1)."""
    return shares[min(week, len(shares)) - 1]


def read_profile(path: Path = DEFAULT) -> Profile:
    """The profile in a file; raises CampaignError with every place where it has another shape."""
    return parse_as(Profile, read_yaml(path.parent, path.name))
