"""The same few people as each version of the schema keeps them.

`ROWS` holds what a program of that version writes, by table, without the ids that the database
gives (they count from 1). A revision without rows of its own gets those of the last one before it,
brought there by the migrations between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .people import DAY, NOW, ref


def at(moment: datetime) -> int:
    """An instant as it is stored."""
    return int(moment.timestamp() * 1000)


LONG_HASH = "4c94485e0c21ae6c41ce1dfe7b6bfaceea5ab68e40a2476f50208e526f506080"
"""What the first version knew a wording by; here it is any SHA-256."""

ROWS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "0001": {
        "meta": [{"key": "erased", "value": "7"}, {"key": "serves", "value": "life"}],
        "subscriber": [
            {
                "pseudonym": f"{number:016x}",
                "chat_ref": ref(number),
                "language": "nl",
                "zone": "Europe/Amsterdam",
                "weekday": 2,
                "part": "evening",
                "pace": 2,
                "check_ins": check_ins,
                "source": "poster",
                "created_at": at(NOW - 9 * DAY),
                "seen_at": at(NOW - DAY),
            }
            for number, check_ins in ((1, "yes"), (2, "unasked"))
        ],
        "wording": [
            {"hash": LONG_HASH, "scope": "series", "version": 3, "language": "nl", "text": "Ja."},
            {
                "hash": LONG_HASH[::-1],
                "scope": "check-ins",
                "version": 1,
                "language": "nl",
                "text": "Vraag maar.",
            },
        ],
        "consent": [
            {
                "subscriber_id": person,
                "scope": scope,
                "act": act,
                "wording_hash": hash_,
                "at": at(moment),
            }
            for person, scope, act, hash_, moment in (
                (1, "series", "given", LONG_HASH, NOW - 9 * DAY),
                (2, "series", "given", LONG_HASH, NOW - 9 * DAY),
                (1, "check-ins", "given", LONG_HASH[::-1], NOW - 5 * DAY),
                (2, "series", "withdrawn", LONG_HASH, NOW - 2 * DAY),
            )
        ],
        "enrolment": [
            {
                "subscriber_id": 1,
                "campaign": "small",
                "round": 1,
                "status": "active",
                "next_step": "check-2",
                "last_step": "tip-2",
                "last_tip": "tip-2",
                "last_step_at": at(NOW - 2 * DAY),
                "last_tip_at": at(NOW - 2 * DAY),
                "next_due_at": at(NOW + DAY),
                "started_at": at(NOW - 9 * DAY),
            },
            {
                "subscriber_id": 2,
                "campaign": "small",
                "round": 1,
                "status": "left",
                "next_step": "tip-2",
                "last_step": "tip-1",
                "last_tip": "tip-1",
                "last_step_at": at(NOW - 9 * DAY),
                "last_tip_at": at(NOW - 9 * DAY),
                "started_at": at(NOW - 9 * DAY),
                "ended_at": at(NOW - 2 * DAY),
            },
        ],
        "delivery": [
            {
                "enrolment_id": person,
                "step": step,
                "item": item,
                "lane": lane,
                "status": status,
                "due_at": at(due),
                "send_before": at(due + 2 * DAY) if lane else None,
                "sent_at": at(due) if status == "sent" else None,
                "tries": 1,
                "message_id": message,
                "poll_id": poll,
            }
            for person, step, item, lane, status, due, message, poll in (
                (1, "tip-1", 0, 0, "sent", NOW - 9 * DAY, 10, None),
                (2, "tip-1", 0, 0, "sent", NOW - 9 * DAY, 11, None),
                (1, "check-1", 1, 1, "sent", NOW - 5 * DAY, 12, "poll-1"),
                (1, "tip-2", 0, 1, "uncertain", NOW - 2 * DAY, None, None),
                (1, "check-2", 1, 1, "queued", NOW, None, None),
                (2, "tip-2", 0, 1, "cancelled", NOW, None, None),
            )
        ],
        "answer": [
            {
                "delivery_id": 3,
                "question": "pain",
                "value": "4",
                "answered_at": at(NOW - 5 * DAY),
            }
        ],
        "vote": [
            {"poll_id": "poll-9", "chat_ref": ref(1), "option": 2, "received_at": at(NOW)},
        ],
        "inbox": [
            {
                "update_id": 500,
                "person": ref(1),
                "payload": b"secret",
                "received_at": at(NOW),
                "state": "new",
                "tries": 1,
                "replies": 1,
            },
            {
                "update_id": 499,
                "received_at": at(NOW),
                "state": "handled",
                "tries": 0,
                "replies": 0,
            },
        ],
    },
}
