"""other systems

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.db import base

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "pending_access",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("renew", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pending_access_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_pending_access")),
    )
    op.create_table(
        "call_target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("integration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("object_kind", sa.String(length=16), nullable=True),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("object_title", sa.Text(), nullable=False),
        sa.Column("object_url", sa.Text(), nullable=False),
        sa.Column("client_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("since", base.Moment(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_target_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integration.id"],
            name=op.f("fk_call_target_integration_id_integration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_target")),
        sa.UniqueConstraint("call_id", "integration_id", name=op.f("uq_call_target_call_id_integration_id")),
    )
    with op.batch_alter_table("call_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_target_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_target_integration_id"), ["integration_id"], unique=False)

    op.create_table(
        "route",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("integration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conditions", base.Json(), nullable=False),
        sa.Column("funnel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_route_created_by_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["funnel_id"], ["funnel.id"], name=op.f("fk_route_funnel_id_funnel"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integration.id"],
            name=op.f("fk_route_integration_id_integration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_route_stage_id_stage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
    )
    with op.batch_alter_table("route", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_integration_id_position"), ["integration_id", "position"], unique=False
        )

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("traits", base.Json(), server_default="{}", nullable=False))

    with op.batch_alter_table("integration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("options", base.Json(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("hook", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_integration_hook"), ["hook"], unique=True)

    with op.batch_alter_table("prompt_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_prompt_version_into_id"), ["into_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("prompt_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prompt_version_into_id"))
        batch_op.drop_column("into_id")

    with op.batch_alter_table("integration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_integration_hook"))
        batch_op.drop_column("hook")
        batch_op.drop_column("options")

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("traits")

    with op.batch_alter_table("route", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_integration_id_position"))

    op.drop_table("route")
    with op.batch_alter_table("call_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_target_integration_id"))
        batch_op.drop_index(batch_op.f("ix_call_target_due_at"))

    op.drop_table("call_target")
    op.drop_table("pending_access")
