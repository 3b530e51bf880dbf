"""The kinds of people that a rehearsal can be lived as: simulated members, made to order."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.content.files import read_yaml
from bot.content.parsing import parse_as
from bot.domain.campaign import Campaign
from bot.simulation.answers import Back
from bot.simulation.chance import Chance
from bot.simulation.members import ACT_SECOND, Member
from bot.simulation.profile import CheckIns, Going, read_profile

SEED, NUMBER = 1, 1
"""Everybody has the same luck: kinds differ by nothing but their kind."""

READS = timedelta(minutes=1)
"""After so long a person presses Start, if nobody did it for them."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BackModel(_Model):
    """The course of a back, as `answers.Back` has it."""

    before: float
    after: float
    weeks: int
    recurs_in: int
    moves: float


class Kind(_Model):
    """One kind: what it is called in each language, and what differs from everyone."""

    name: dict[str, str]
    about: dict[str, str]
    check_ins: dict[str, float | list[float]] = {}
    going: dict[str, float | list[float]] = {}
    back: BackModel | None = None
    zone: str | None = None


class Everyone(_Model):
    """What holds for all kinds."""

    check_ins: CheckIns
    going: Going
    back: BackModel


class People(_Model):
    """The file people.yaml."""

    everyone: Everyone
    kinds: dict[str, Kind]

    def member(
        self, kind: str, campaign: Campaign, language: str, home: str, starts: datetime
    ) -> Member:
        """Someone of a kind who is about to press Start; a KeyError for no kind."""
        chosen, base = self.kinds[kind], self.everyone
        usual = read_profile()
        profile = usual.model_copy(
            update={
                "check_ins": CheckIns(**{**dict(base.check_ins), **chosen.check_ins}),
                "going": Going(**{**dict(base.going), **chosen.going}),
            }
        )
        back = chosen.back or base.back
        return Member(
            number=NUMBER,
            chance=Chance(SEED, NUMBER),
            profile=profile,
            campaign=campaign,
            home=home,
            completes=True,
            joins_at=starts.replace(second=ACT_SECOND) + READS,
            language=language,
            source="unknown",
            zone=chosen.zone or home,
            back=Back(**dict(back)),
        )


def read_people(folder: Path) -> People:
    """The kinds in a folder's people.yaml; raises CampaignError where it has another shape."""
    return parse_as(People, read_yaml(folder, "people.yaml"))
