"""Every table. Importing this package fills `Base.metadata`."""

from services.db.base import Base
from services.db.models.calls import (
    AnswerRow,
    CallRow,
    CardRow,
    DeliveryRow,
    FieldWriteRow,
    PieceRow,
    TranscriptRow,
    VerdictRow,
)
from services.db.models.integrations import AccountRow, FunnelRow, IntegrationRow, StageRow
from services.db.models.people import AuditRow, ChatRow, ClaimRow, MemberRow, WorkspaceRow
from services.db.models.prompts import PromptRow, PromptVersionRow, QuestionRow
from services.db.models.technical import ExecutorRow, WizardStateRow

__all__ = [
    "AccountRow",
    "AnswerRow",
    "AuditRow",
    "Base",
    "CallRow",
    "CardRow",
    "ChatRow",
    "ClaimRow",
    "DeliveryRow",
    "ExecutorRow",
    "FieldWriteRow",
    "FunnelRow",
    "IntegrationRow",
    "MemberRow",
    "PieceRow",
    "PromptRow",
    "PromptVersionRow",
    "QuestionRow",
    "StageRow",
    "TranscriptRow",
    "VerdictRow",
    "WizardStateRow",
    "WorkspaceRow",
]
