"""Roll calls: what each session found for each student."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From 0001."""
    op.create_table(
        "roll_mark",
        sa.Column("student", sa.Integer, sa.ForeignKey("student.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("session", sa.String(60), primary_key=True),
        sa.Column("word", sa.String(16), nullable=False),
    )
