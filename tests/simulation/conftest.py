"""A small simulation, and the settings of all."""

from __future__ import annotations

import pytest

from bot.settings import Settings, read_settings
from bot.simulation.halves import simulate
from bot.simulation.profile import Profile, read_profile
from bot.simulation.run import Plan
from bot.simulation.tally import Tally

PEOPLE = 24
EVERYONE = frozenset(range(1, PEOPLE + 1))


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(_env_file=None)


@pytest.fixture(scope="session")
def profile() -> Profile:
    """The default one with more people in other zones and more who change their minds."""
    default = read_profile()
    joining = default.joining.model_copy(
        update={
            "within_days": 3,
            "zones": {
                "Europe/Amsterdam": 4,
                "America/Paramaribo": 1,
                "Asia/Tokyo": 1,
                "Pacific/Auckland": 1,
            },
        }
    )
    check_ins = default.check_ins.model_copy(
        update={"agrees": 0.8, "declines": 0.1, "changes": 0.1, "withdraws": 0.1}
    )
    going = default.going.model_copy(
        update={"stops": [0.02], "blocks": [0.02], "pauses": [0.04], "returns": 0.5}
    )
    return default.model_copy(update={"joining": joining, "check_ins": check_ins, "going": going})


@pytest.fixture(scope="session")
def plan(settings: Settings, profile: Profile) -> Plan:
    return Plan(settings, profile, PEOPLE, 7, EVERYONE)


@pytest.fixture(scope="session")
def tally(plan: Plan) -> Tally:
    """What came of it."""
    return simulate(plan, lambda _: None)
