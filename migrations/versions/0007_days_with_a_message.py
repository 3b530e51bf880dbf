"""Days with a message, for the contact budget

Empty counts as none, so a program of the version before goes on beside this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("contacts", sa.SmallInteger(), nullable=True))
