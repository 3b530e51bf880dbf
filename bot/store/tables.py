"""The tables, one text for SQLite and PostgreSQL. Migrations in `migrations/` make them.

Whoever holds the database without the data key finds no chat id, name or sentence of anyone's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLI = timedelta(milliseconds=1)


def millis(instant: datetime | None) -> int | None:
    """An aware datetime as whole milliseconds since 1970; a naive one raises TypeError."""
    return None if instant is None else (instant - EPOCH) // MILLI


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole milliseconds since 1970 so that both databases agree."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Aware datetime to milliseconds."""
        return millis(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Milliseconds to an aware UTC datetime."""
        return None if value is None else EPOCH + value * MILLI


class Word(sa.Text):
    """One of a few words of our own, which statements compare by the letter, not by a parameter.

    SQLite takes a partial index for a parameter only after looking at its value, and prepares the
    whole statement anew for every next one: ten times the work of executing it.
    """

    class Comparator(sa.Text.Comparator[str]):
        """Compares with words in the statement's text."""

        def operate(self, op: Any, *other: Any, **given: Any) -> Any:
            """SQLAlchemy: this column, an operator and what it is compared with."""
            return super().operate(op, *(_literal(each) for each in other), **given)

    comparator_factory = Comparator


def _literal(value: Any) -> Any:
    if isinstance(value, str):
        if not value.isidentifier():
            raise ValueError(f"no word: {value!r}")
        return sa.literal_column(f"'{value}'", sa.Text)
    if isinstance(value, tuple | list):
        return [_literal(each) for each in value]
    return value


# SQLite's rowid needs the type INTEGER to the letter; PostgreSQL's identity wants 64 bits.
Id = sa.BigInteger().with_variant(Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of(table: str) -> Column[int]:
    return Column(
        f"{table}_id", Id, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True
    )


meta = sa.Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

subscriber = sa.Table(
    "subscriber",
    metadata,
    Column("id", Id, primary_key=True),
    Column("pseudonym", Text, nullable=False),
    Column("chat_ref", LargeBinary, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("weekday", SmallInteger, nullable=False),
    Column("part", Text, nullable=False),
    Column("pace", SmallInteger, nullable=False),
    Column("check_ins", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

wording = sa.Table(
    "wording",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
)

consent = sa.Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    _of("subscriber"),
    Column("scope", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("wording_hash", Text, ForeignKey("wording.hash"), nullable=False),
    Column("at", Instant, nullable=False),
)

enrolment = sa.Table(
    "enrolment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    Column("campaign", Text, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("status", Word, nullable=False),
    Column("next_step", Text),
    Column("last_step", Text),
    Column("last_tip", Text),
    Column("last_step_at", Instant),
    Column("last_tip_at", Instant),
    # The days with a message, as bits counted back from last_step_at.
    Column("contacts", SmallInteger),
    Column("next_due_at", Instant),
    Column("paused_until", Instant),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    sa.UniqueConstraint("subscriber_id", "campaign", "round"),
)
_due = enrolment.c.next_due_at.is_not(None)
# With the campaign, so that who is due is found in the index alone.
Index(
    "ix_enrolment_due_by_campaign",
    enrolment.c.campaign,
    enrolment.c.next_due_at,
    sqlite_where=_due,
    postgresql_where=_due,
)
_ended = enrolment.c.ended_at.is_not(None)
Index("ix_enrolment_ended", enrolment.c.ended_at, sqlite_where=_ended, postgresql_where=_ended)

# A person's conversation with the staff. One whose person was erased stays for a while, as a topic
# that goes to nobody.
conversation = sa.Table(
    "conversation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscriber.id", ondelete="SET NULL"), unique=True),
    Column("thread_id", sa.BigInteger, unique=True),
    Column("ended", Text),
    Column("shut", sa.Boolean, nullable=False),
    Column("active_at", Instant, nullable=False),
    # The staff knows people by this number: it is never somebody else's.
    sqlite_autoincrement=True,
)

# That a message was passed on, not what it said.
relayed = sa.Table(
    "relayed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    Column("side", Text, nullable=False),
    Column("message_id", sa.BigInteger, nullable=False),
    Column("update_id", sa.BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    sa.UniqueConstraint("subscriber_id", "side", "message_id"),
)

acquaintance = sa.Table(
    "acquaintance",
    metadata,
    Column(
        "subscriber_id",
        Id,
        ForeignKey("subscriber.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("exercise", Text, primary_key=True),
    Column("favourite_at", Instant),
    Column("seen_at", Instant),
)

media = sa.Table(
    "media",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
)

instance = sa.Table(
    "instance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("role", Text, nullable=False),
    Column("beat", sa.BigInteger, nullable=False),
    # An id that was given to somebody else before would bring back what that one held.
    sqlite_autoincrement=True,
)

# One row: the places of the allowance that all instances share.
pace = sa.Table(
    "pace",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("places", LargeBinary, nullable=False),
)

delivery = sa.Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("enrolment_id", Id, ForeignKey("enrolment.id", ondelete="CASCADE"), nullable=False),
    Column("step", Text, nullable=False),
    Column("item", SmallInteger, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("status", Word, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("send_before", Instant),
    Column("sent_at", Instant),
    Column("tries", SmallInteger, nullable=False, default=0),
    Column("reason", Text),
    Column("message_id", sa.BigInteger),
    Column("poll_id", Text, unique=True),
    Column("close_at", Instant),
    # Which instance claimed it. No foreign key: a claim locks its instance's row instead, once for
    # the whole set.
    Column("instance", sa.BigInteger),
    sa.UniqueConstraint("enrolment_id", "step", "item"),
)
# SQLite uses a partial index where the statement asks for this very status, not for one of two.
_queued = delivery.c.status == "queued"
Index(
    "ix_delivery_queued",
    delivery.c.lane,
    delivery.c.due_at,
    sqlite_where=_queued,
    postgresql_where=_queued,
)
_sending = delivery.c.status == "sending"
Index("ix_delivery_sending", delivery.c.id, sqlite_where=_sending, postgresql_where=_sending)
_closing = delivery.c.close_at.is_not(None)
Index("ix_delivery_close", delivery.c.close_at, sqlite_where=_closing, postgresql_where=_closing)

answer = sa.Table(
    "answer",
    metadata,
    Column(
        "delivery_id",
        Id,
        ForeignKey("delivery.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("question", Text, nullable=False),
    Column("value", Text),
    Column("answered_at", Instant, nullable=False),
)

# A vote whose poll no delivery knows yet: the answer overtook our own record of the sending.
vote = sa.Table(
    "vote",
    metadata,
    Column("poll_id", Text, primary_key=True),
    Column("chat_ref", LargeBinary, primary_key=True, index=True),
    Column("option", SmallInteger),
    Column("received_at", Instant, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("update_id", sa.BigInteger, nullable=False, unique=True),
    Column("person", LargeBinary),
    Column("payload", LargeBinary),
    Column("received_at", Instant, nullable=False, index=True),
    Column("state", Word, nullable=False),
    Column("tries", SmallInteger, nullable=False, default=0),
    Column("replies", SmallInteger, nullable=False, default=0),
    Column("error", Text),
    Column("instance", sa.BigInteger),
)
_new = inbox.c.state == "new"
Index("ix_inbox_new", inbox.c.id, sqlite_where=_new, postgresql_where=_new)
_answering = inbox.c.state == "answering"
Index("ix_inbox_answering", inbox.c.id, sqlite_where=_answering, postgresql_where=_answering)
_urgent = inbox.c.state == "urgent"
Index("ix_inbox_urgent", inbox.c.id, sqlite_where=_urgent, postgresql_where=_urgent)
_waits = inbox.c.person.is_not(None)
Index("ix_inbox_person", inbox.c.person, sqlite_where=_waits, postgresql_where=_waits)
