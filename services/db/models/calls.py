"""Calls and everything made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Id, Json, Moment


class CallRow(Base):
    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("integration_id", "external_id"),
        Index(None, "state", "due_at"),
        Index(None, "workspace_id", "started_at"),
        Index(None, "workspace_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(128))
    started_at: Mapped[datetime] = mapped_column(Moment)
    duration: Mapped[int]
    direction: Mapped[str] = mapped_column(String(16))
    phone: Mapped[str] = mapped_column(String(64), default="")
    answered: Mapped[bool] = mapped_column(default=True)
    manager_id: Mapped[str] = mapped_column(String(64), default="")
    manager_name: Mapped[str] = mapped_column(String(255), default="")
    has_recording: Mapped[bool] = mapped_column(default=False)
    refs: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    traits: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    object_kind: Mapped[str | None] = mapped_column(String(16))
    object_id: Mapped[str | None] = mapped_column(String(64))
    funnel_external_id: Mapped[str | None] = mapped_column(String(128))
    stage_external_id: Mapped[str | None] = mapped_column(String(128))
    object_title: Mapped[str] = mapped_column(Text, default="")
    object_url: Mapped[str] = mapped_column(Text, default="")
    client_name: Mapped[str] = mapped_column(Text, default="")

    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    attempt: Mapped[int] = mapped_column(default=0)
    """Counts jobs put for this call: part of their identity."""
    tries: Mapped[int] = mapped_column(default=0)
    """Failed tries of the present state; a step forward starts again at 0."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    """When the next job is expected; the sweep looks for calls left behind."""
    seen_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class CallTargetRow(Base):
    """The deal or lead of another integration that a telephony's call belongs to, found by the phone number."""

    __tablename__ = "call_target"
    __table_args__ = (UniqueConstraint("call_id", "integration_id"), Index(None, "due_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"), index=True)
    object_kind: Mapped[str | None] = mapped_column(String(16))
    object_id: Mapped[str | None] = mapped_column(String(64))
    object_title: Mapped[str] = mapped_column(Text, default="")
    object_url: Mapped[str] = mapped_column(Text, default="")
    client_name: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why there is none."""
    since: Mapped[datetime] = mapped_column(Moment)
    """When the search began; it ends some hours later."""
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the next job is expected; None: nothing is to be done."""


class VerdictRow(Base):
    """Why a prompt was or was not put to a call: every call has one for every prompt of its integration."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("call_id", "prompt_id"), Index(None, "prompt_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("prompt_version.id", ondelete="RESTRICT"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    """`matched`, `answered`, `failed` or `skipped`."""
    reason: Mapped[str | None] = mapped_column(String(32))


class TranscriptRow(Base):
    __tablename__ = "transcript"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), unique=True)
    source: Mapped[str] = mapped_column(String(16))
    segments: Mapped[list[Any]] = mapped_column(Json)
    seconds: Mapped[float] = mapped_column(Float)
    model: Mapped[str] = mapped_column(String(128), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


class PieceRow(Base):
    """The speech of one piece of a recording: a restart pays only for missing ones."""

    __tablename__ = "piece"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AnswerRow(Base):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("call_id", "version_id", "question_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("prompt_version.id", ondelete="RESTRICT"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    value: Mapped[Any | None] = mapped_column(Json)
    quote: Mapped[str] = mapped_column(Text, default="")
    quote_at: Mapped[float | None] = mapped_column(Float)
    reason: Mapped[str | None] = mapped_column(String(32))
    free_form: Mapped[bool] = mapped_column(default=False)
    model: Mapped[str] = mapped_column(String(128), default="")
    request_id: Mapped[str] = mapped_column(String(128), default="")
    prompt_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    """How long the model took."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class DeliveryRow(Base):
    """One write to a remote system."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("call_id", "version_id", "destination", "target", "part"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("prompt_version.id", ondelete="RESTRICT"))
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    destination: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(128))
    """The object written to, for example `deal:456`."""
    part: Mapped[int] = mapped_column(default=1)
    parts: Mapped[int] = mapped_column(default=1)
    body: Mapped[str] = mapped_column(Text, default="")
    """The text of a comment."""
    marker: Mapped[str] = mapped_column(String(64))
    """Found again by it: the last line of a comment, the code of a row."""
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Values for fields or columns, by field id."""
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What stood in the fields before our first write."""
    fates: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What became of each value (`FieldFate`)."""
    undo: Mapped[str | None] = mapped_column(String(16))
    """`UndoState`, once somebody has taken the write back."""
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    remote_id: Mapped[str | None] = mapped_column(String(64))
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class FieldWriteRow(Base):
    """The latest call whose answer stands in a field: an older one never takes its place."""

    __tablename__ = "field_write"
    __table_args__ = (UniqueConstraint("integration_id", "target", "field_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id", ondelete="CASCADE"))
    target: Mapped[str] = mapped_column(String(128))
    field_id: Mapped[str] = mapped_column(String(128))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(Moment)


class AlertRow(Base):
    """What came of the condition of a prompt on a call: raised only with a quote that was found."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("call_id", "version_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("prompt_version.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(16))
    """`AlertState`: a no, no data and a yes without proof are silent, and told apart here."""
    quote: Mapped[str] = mapped_column(Text, default="")
    quote_at: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AlertMessageRow(Base):
    """The loud message about an alert in a chat: one per alert and chat."""

    __tablename__ = "alert_message"
    __table_args__ = (UniqueConstraint("alert_id", "chat_id"), Index(None, "sent", "due_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    message_id: Mapped[int | None]
    sent: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class CardRow(Base):
    """The message about a call in a chat: one per call and chat."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("call_id", "chat_id"),
        # Of all cards only those that wait: a chat's next one is looked for with every card that is shown.
        Index(
            None,
            "chat_id",
            "due_at",
            sqlite_where=text("shown < wanted"),
            postgresql_where=text("shown < wanted"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    message_id: Mapped[int | None]
    wanted: Mapped[int] = mapped_column(default=1)
    """Grows whenever the content changes."""
    shown: Mapped[int] = mapped_column(default=0)
    """The `wanted` that the message shows."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Tries since it was last shown."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
