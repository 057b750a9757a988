"""messages beside the cards, and deletions of a number until they are done

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from services.db import base

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "posted",
        sa.Column("id", _ID, nullable=False),
        sa.Column("call_id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_posted_call_id_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted")),
    )
    with op.batch_alter_table("posted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posted_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posted_chat_id_message_id"), ["chat_id", "message_id"], unique=False)
    orders = op.create_table(
        "forget_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("workspace_id", _ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("calls", base.Json(), nullable=False),
        sa.Column("left", base.Json(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.Column("told_stuck_at", base.Moment(timezone=True), nullable=True),
        sa.Column("reported_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_forget_order_workspace_id_workspace"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forget_order")),
    )
    with op.batch_alter_table("forget_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forget_order_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_forget_order_due_at"), ["due_at"], unique=False)
    op.bulk_insert(orders, _begun_before())


def _begun_before() -> list[dict[str, object]]:
    """Until now the history held them, and nobody knows which were finished: all are gone through once more.

    In silence: whoever asked has heard of most of them.
    """
    audit = sa.table("audit", sa.column("workspace_id"), sa.column("action"), sa.column("details", base.Json()))
    found = op.get_bind().execute(
        sa.select(audit.c.workspace_id, audit.c.details).where(audit.c.action == "phone_forgotten")
    )
    now = datetime.now(UTC)
    return [
        {
            "workspace_id": workspace_id,
            "calls": [int(number) for number in details["calls"].split()],
            "left": {},
            "attempt": 0,
            "due_at": now,
            "created_at": now,
        }
        for workspace_id, details in found
        if details.get("calls")
    ]


def downgrade() -> None:
    op.drop_table("forget_order")
    op.drop_table("posted")
