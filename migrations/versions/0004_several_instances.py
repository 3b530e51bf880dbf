"""Several instances share one database, and its allowance

What is new may stay empty, so a program of the version before goes on beside this schema. It can't
share the work, though: that one refuses to start beside another.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sqlite_autoincrement=True,
    )
    pace = op.create_table(
        "pace",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
    )
    op.bulk_insert(pace, [{"id": 1, "places": b""}])
    op.add_column("delivery", sa.Column("instance", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("instance", sa.BigInteger(), nullable=True))
