"""Replies as they stand in the inbox."""

from __future__ import annotations

import json

from bot.chat.stored import Reply, read, stored
from bot.domain.campaign import Scale
from bot.domain.message import Button, ChartMessage, TextMessage
from bot.domain.progress import Chart, Panel

ROWS = ((Button("Voortgang", "progress"), Button("Meer", url="https://example.org")),)


def test_a_reply_comes_back_as_it_was() -> None:
    chart = Chart("nl", (Panel(Scale.PAIN, ((1, 6), (3, 5))), Panel(Scale.CONFIDENCE, ((2, 8),))))
    reply = Reply(7, [TextMessage("<b>a</b>", ROWS), ChartMessage("é", chart, ROWS)])
    assert read(stored(reply)) == reply


def test_a_reply_of_the_version_before_is_read() -> None:
    told = {"chat": 7, "messages": [{"html": "a", "buttons": []}]}
    assert read(json.dumps(told).encode()) == Reply(7, [TextMessage("a")])
