"""Connected accounts and what is remembered of their funnels."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Id, Json, Moment


class IntegrationRow(Base):
    __tablename__ = "integration"
    __table_args__ = (Index(None, "workspace_id"), Index(None, "hook", unique=True))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(255))
    secrets: Mapped[str] = mapped_column(Text)
    """A JSON object encrypted as a whole; empty once disconnected."""
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Facts that the check told."""
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What people chose; kept when the access is renewed."""
    hook: Mapped[str | None] = mapped_column(String(64))
    """The unguessable part of the address that wakes it up."""
    state: Mapped[str] = mapped_column(String(16))
    cursor: Mapped[dict[str, Any] | None] = mapped_column(Json)
    last_pull_at: Mapped[datetime | None] = mapped_column(Moment)
    last_call_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str | None] = mapped_column(String(64))
    problem_since: Mapped[datetime | None] = mapped_column(Moment)
    problem_told: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    funnels_at: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class FunnelRow(Base):
    __tablename__ = "funnel"
    __table_args__ = (UniqueConstraint("integration_id", "object_kind", "external_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    object_kind: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(255))
    sort: Mapped[int] = mapped_column(default=0)
    missing: Mapped[bool] = mapped_column(default=False)
    """It is gone from the remote system: its prompts are suspended, never widened."""


class StageRow(Base):
    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("funnel_id", "external_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    funnel_id: Mapped[int] = mapped_column(ForeignKey("funnel.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(255))
    sort: Mapped[int] = mapped_column(default=0)
    missing: Mapped[bool] = mapped_column(default=False)


class RouteRow(Base):
    """A rule that puts calls of a telephony or a disk into a funnel of our own: the first that fits decides."""

    __tablename__ = "route"
    __table_args__ = (Index(None, "integration_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    position: Mapped[int]
    conditions: Mapped[list[Any]] = mapped_column(Json, default=list)
    """All of them must hold; none at all: every call."""
    funnel_id: Mapped[int] = mapped_column(ForeignKey("funnel.id", ondelete="CASCADE"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class PendingAccessRow(Base):
    """Somebody was sent to a system's own page to allow us in, and is awaited back at our address."""

    __tablename__ = "pending_access"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest of what goes along in the link: the link itself is stored nowhere."""
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[str] = mapped_column(Text)
    """What was asked before, encrypted."""
    renew: Mapped[int] = mapped_column(default=0)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class AccountRow(Base):
    """The request rate of a remote account, shared by all processes: one UPSERT per request."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    free_at: Mapped[float] = mapped_column(default=0.0)
    """Epoch seconds at which the bucket would be full again (generic cell rate algorithm)."""
    blocked_until: Mapped[float] = mapped_column(default=0.0)
