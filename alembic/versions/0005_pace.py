"""what was said in chats lately, counted by all processes together

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.db import base

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Written with each message and of no use a minute later: a crash of the server may empty it.
    volatile = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "pace",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("said", base.Json(), nullable=False),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.Column("stopped_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
        prefixes=volatile,
    )


def downgrade() -> None:
    op.drop_table("pace")
