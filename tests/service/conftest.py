from __future__ import annotations

import pytest
from domain.examples import MONDAY

from bot.service.records import Records

from .world import World


@pytest.fixture
async def world(records: Records) -> World:
    """Nobody has come yet; it is Monday, half past ten in Amsterdam."""
    world = World(records, MONDAY)
    await world.instance.join()
    return world
