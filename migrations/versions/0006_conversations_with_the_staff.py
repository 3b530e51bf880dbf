"""Conversations with the staff

Two new tables, so a program of the version before goes on beside this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("shut", sa.Boolean(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_conversation_subscriber_id"),
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("subscriber_id", name=op.f("uq_conversation_subscriber_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_conversation_thread_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "relayed",
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relayed")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_relayed_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "subscriber_id",
            "side",
            "message_id",
            name=op.f("uq_relayed_subscriber_id_side_message_id"),
        ),
    )
