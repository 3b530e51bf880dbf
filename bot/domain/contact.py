"""The contact budget: on how many days a week somebody hears from the campaign unasked.

The days with a message are kept as bits, counted back from the last one: bit n is n days before it.
"""

from __future__ import annotations

WEEK = 7
"""Days that the budget counts over: any seven in a row."""


def within(days: int, ago: int) -> int:
    """How many days with a message the seven days have that end `ago` days after the last one."""
    return (days & ((1 << max(0, WEEK - ago)) - 1)).bit_count()


def marked(days: int, ago: int) -> int:
    """The days after another message, `ago` days after the last one."""
    return (days << min(ago, WEEK) | 1) & ((1 << WEEK) - 1)
