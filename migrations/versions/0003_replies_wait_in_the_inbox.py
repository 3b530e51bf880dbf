"""Replies wait in the inbox, each for its person

A row stands in the state "answering" or "urgent" until what it says has left. The program of the
version before leaves these rows alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name, column, condition in (
        ("answering", "id", "state = 'answering'"),
        ("urgent", "id", "state = 'urgent'"),
        ("person", "person", "person IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"ix_inbox_{name}", "inbox", [column], sqlite_where=where, postgresql_where=where
        )
