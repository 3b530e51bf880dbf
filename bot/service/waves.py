"""The waves of a week, from the people that there are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import Campaign
from bot.domain.schedule import Part, Slot
from bot.domain.subscriber import CheckIns
from bot.domain.wave import Forecast, Group, forecast
from bot.store import figures


async def expected(tx: AsyncConnection, campaign: Campaign, rate: int, now: datetime) -> Forecast:
    """The waves that the active people of a campaign make at `rate` messages a second."""
    people: dict[tuple[Slot, str, int], int] = {}
    asked: dict[tuple[Slot, str, int], int] = {}
    for row in await figures.slots(tx, campaign.key):
        key = (Slot(row["weekday"], Part(row["part"])), row["zone"], row["pace"])
        people[key] = people.get(key, 0) + row["count"]
        if CheckIns(row["check_ins"]).planned:
            asked[key] = asked.get(key, 0) + row["count"]
    groups = [Group(*key, count, asked.get(key, 0)) for key, count in people.items()]
    return forecast(groups, campaign, rate, now)
