"""Who is due in a campaign is found in the index alone

Only the index changes, so a program of the version before goes on beside this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    due = sa.text("next_due_at IS NOT NULL")
    op.create_index(
        "ix_enrolment_due_by_campaign",
        "enrolment",
        ["campaign", "next_due_at"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.drop_index("ix_enrolment_due", "enrolment")
