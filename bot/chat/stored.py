"""What is to be said in a chat, as it stands in the inbox until it leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.campaign import Scale
from bot.domain.message import Button, ChartMessage, Rows, TextMessage
from bot.domain.progress import Chart, Panel

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said in a chat, one message after the other."""

    chat_id: int
    messages: Sequence[TextMessage | ChartMessage]


def stored(reply: Reply) -> bytes:
    """A reply as bytes. Whoever doesn't know charts reads the words that say the same."""
    told = {"chat": reply.chat_id, "messages": [_told(message) for message in reply.messages]}
    return json.dumps(told).encode()


def read(content: bytes) -> Reply:
    """A reply from its bytes."""
    told = json.loads(content)
    return Reply(told["chat"], [_message(each) for each in told["messages"]])


def _told(message: TextMessage | ChartMessage) -> Json:
    told: Json = {
        "html": message.html,
        "buttons": [
            [{"text": each.text, "data": each.data, "url": each.url} for each in line]
            for line in message.buttons
        ],
    }
    if isinstance(message, ChartMessage):
        chart = message.chart
        panels = [[panel.scale, panel.points] for panel in chart.panels]
        told["chart"] = {"language": chart.language, "panels": panels}
    return told


def _message(told: Json) -> TextMessage | ChartMessage:
    rows: Rows = tuple(tuple(Button(**button) for button in line) for line in told["buttons"])
    if "chart" not in told:
        return TextMessage(told["html"], rows)
    panels = (
        Panel(Scale(scale), tuple((week, value) for week, value in points))
        for scale, points in told["chart"]["panels"]
    )
    return ChartMessage(told["html"], Chart(told["chart"]["language"], tuple(panels)), rows)
