"""people and chats

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.db import base

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payload", base.Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("received_at", base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_state"), ["state"], unique=False)

    op.create_table(
        "person",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_person_workspace_id_workspace"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prompt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quote_at", sa.Float(), nullable=True),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_alert_call_id_call"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompt.id"], name=op.f("fk_alert_prompt_id_prompt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["prompt_version.id"],
            name=op.f("fk_alert_version_id_prompt_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("call_id", "version_id", name=op.f("uq_alert_call_id_version_id")),
    )
    op.create_table(
        "alert_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_message_alert_id_alert"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name=op.f("fk_alert_message_chat_id_chat"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_message")),
        sa.UniqueConstraint("alert_id", "chat_id", name=op.f("uq_alert_message_alert_id_chat_id")),
    )
    with op.batch_alter_table("alert_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_message_sent_due_at"), ["sent", "due_at"], unique=False)

    with op.batch_alter_table("chat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form", sa.String(length=16), server_default="cards", nullable=False))
        batch_op.add_column(sa.Column("wants", base.Json(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("quiet", base.Json(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("muted_until", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("digest_due_at", base.Moment(timezone=True), nullable=True))

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tell", base.Json(), server_default="[]", nullable=False))

    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("created_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("used_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("used_name", sa.String(length=256), nullable=True))

    with op.batch_alter_table("wizard_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("member_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_workspace_id_seen_at"), ["workspace_id", "seen_at"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column(
            "chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=True),
        sa.Column("rests_until", base.Moment(timezone=True), nullable=True),
        sa.Column("late_told_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_outbox_chat_id_chat"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_due_at"), ["due_at"], unique=False)

    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_shown_wanted"))
        batch_op.create_index(
            batch_op.f("ix_card_chat_id_due_at"),
            ["chat_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("shown < wanted"),
            postgresql_where=sa.text("shown < wanted"),
        )


def downgrade() -> None:
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_chat_id_due_at"))
        batch_op.create_index(batch_op.f("ix_card_shown_wanted"), ["shown", "wanted"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_due_at"))

    op.drop_table("outbox")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_workspace_id_seen_at"))

    with op.batch_alter_table("wizard_state", schema=None) as batch_op:
        batch_op.drop_column("member_id")

    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_column("used_name")
        batch_op.drop_column("used_by")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("created_by")
        batch_op.drop_column("role")

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_column("tell")

    with op.batch_alter_table("chat", schema=None) as batch_op:
        batch_op.drop_column("digest_due_at")
        batch_op.drop_column("muted_until")
        batch_op.drop_column("quiet")
        batch_op.drop_column("wants")
        batch_op.drop_column("form")

    with op.batch_alter_table("alert_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_message_sent_due_at"))

    op.drop_table("alert_message")
    op.drop_table("alert")
    op.drop_table("person")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_state"))

    op.drop_table("inbox")
