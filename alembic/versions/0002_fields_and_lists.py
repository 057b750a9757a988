"""fields and lists

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.db import base

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "field_write",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("integration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.String(length=128), nullable=False),
        sa.Column("field_id", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_field_write_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integration.id"],
            name=op.f("fk_field_write_integration_id_integration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_write")),
        sa.UniqueConstraint(
            "integration_id", "target", "field_id", name=op.f("uq_field_write_integration_id_target_field_id")
        ),
    )
    with op.batch_alter_table("field_write", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_write_call_id"), ["call_id"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payload", base.Json(), nullable=True))
        batch_op.add_column(sa.Column("before", base.Json(), nullable=True))
        batch_op.add_column(sa.Column("fates", base.Json(), nullable=True))
        batch_op.add_column(sa.Column("undo", sa.String(length=16), nullable=True))

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hide_empty", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problem", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("problem")

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_column("hide_empty")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("undo")
        batch_op.drop_column("fates")
        batch_op.drop_column("before")
        batch_op.drop_column("payload")

    with op.batch_alter_table("field_write", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_write_call_id"))

    op.drop_table("field_write")
