"""Prompts, their immutable wordings and the questions these put to the model."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Id, Json, Moment


class PromptRow(Base):
    __tablename__ = "prompt"
    __table_args__ = (Index(None, "workspace_id", "position"), Index(None, "integration_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    funnel_id: Mapped[int | None] = mapped_column(ForeignKey("funnel.id", ondelete="RESTRICT"))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=False)
    enabled_at: Mapped[datetime | None] = mapped_column(Moment)
    version_number: Mapped[int] = mapped_column(default=1)
    """Which wording is in force: the number of one of the prompt's versions."""
    revision: Mapped[int] = mapped_column(default=1)
    hide_empty: Mapped[bool] = mapped_column(default=False)
    tell: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Whom its alerts mention: our numbers of members."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own form


class PromptVersionRow(Base):
    __tablename__ = "prompt_version"
    __table_args__ = (UniqueConstraint("prompt_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"))
    number: Mapped[int]
    destination: Mapped[str] = mapped_column(String(16))
    into_id: Mapped[int | None] = mapped_column(Id, index=True)
    """The CRM that receives the answers, when it is not the integration the calls come from.

    No foreign key: SQLite would make the table anew for one, and integrations go only with their workspace.
    """
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The destination's own particulars, for example the list's id; under `alert` the condition in words."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class QuestionRow(Base):
    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("prompt_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(String(128), default="")
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The target field as it was when it was chosen, and its write policy."""
    problem: Mapped[str | None] = mapped_column(String(32))
    """A reason while the question is suspended. The wording is immutable, the world is not."""
