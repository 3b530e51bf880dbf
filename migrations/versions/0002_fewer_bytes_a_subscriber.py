"""Fewer bytes a subscriber, and indexes that SQLite uses

Every column keeps its name, type and meaning, so a program of the version before goes on beside
this schema while the instances are restarted one by one. It may still write a consent under a long
hash; the row of that wording is therefore kept, and both hashes lead to the same words.

The tables are locked last, since on PostgreSQL others wait from then on until this is committed.
"""

import base64

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _shorten_hashes()
    # Whoever is at rest has an end: erasure goes by it from now on.
    op.execute(
        "UPDATE enrolment SET ended_at = coalesce(last_step_at, started_at) "
        "WHERE ended_at IS NULL AND status IN ('blocked', 'left', 'finished')"
    )
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_enrolment_ended",
        "enrolment",
        ["ended_at"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    # SQLite doesn't see that one status is among two, and passed the old index over.
    for status, column in (("queued", ["lane", "due_at"]), ("sending", ["id"])):
        where = sa.text(f"status = '{status}'")
        op.create_index(
            f"ix_delivery_{status}",
            "delivery",
            column,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.drop_index("ix_delivery_outbox", "delivery")
    op.drop_index("ix_subscriber_seen_at", "subscriber")
    # 64 random bits are unique without being looked up for every newcomer.
    with op.batch_alter_table("subscriber") as batch:
        batch.drop_constraint("uq_subscriber_pseudonym", type_="unique")


def _shorten_hashes() -> None:
    connection = op.get_bind()
    wording = sa.table("wording", *map(sa.column, ("hash", "scope", "version", "language", "text")))
    consent = sa.table("consent", sa.column("wording_hash"))
    for row in connection.execute(sa.select(wording)).all():
        if len(row.hash) != 64:
            continue
        short = base64.urlsafe_b64encode(bytes.fromhex(row.hash)[:6]).decode()
        connection.execute(sa.insert(wording).values({**row._mapping, "hash": short}))
        connection.execute(
            sa.update(consent).where(consent.c.wording_hash == row.hash).values(wording_hash=short)
        )
