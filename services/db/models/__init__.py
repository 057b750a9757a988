"""Every table. Importing this package fills `Base.metadata`."""

from services.db.base import Base
from services.db.models.calls import (
    AlertMessageRow,
    AlertRow,
    AnswerRow,
    CallRow,
    CallTargetRow,
    CardRow,
    DeliveryRow,
    FieldWriteRow,
    PieceRow,
    TranscriptRow,
    VerdictRow,
)
from services.db.models.forgetting import ForgetOrderRow, PostedRow
from services.db.models.integrations import (
    AccountRow,
    FunnelRow,
    IntegrationRow,
    PendingAccessRow,
    RouteRow,
    StageRow,
)
from services.db.models.outbox import OutboxRow
from services.db.models.people import AuditRow, ChatRow, ClaimRow, MemberRow, PersonRow, WorkspaceRow
from services.db.models.prompts import PromptRow, PromptVersionRow, QuestionRow
from services.db.models.technical import ExecutorRow, InboxRow, PaceRow, WizardStateRow

__all__ = [
    "AccountRow",
    "AlertMessageRow",
    "AlertRow",
    "AnswerRow",
    "AuditRow",
    "Base",
    "CallRow",
    "CallTargetRow",
    "CardRow",
    "ChatRow",
    "ClaimRow",
    "DeliveryRow",
    "ExecutorRow",
    "FieldWriteRow",
    "ForgetOrderRow",
    "FunnelRow",
    "InboxRow",
    "IntegrationRow",
    "MemberRow",
    "OutboxRow",
    "PaceRow",
    "PendingAccessRow",
    "PersonRow",
    "PieceRow",
    "PostedRow",
    "PromptRow",
    "PromptVersionRow",
    "QuestionRow",
    "RouteRow",
    "StageRow",
    "TranscriptRow",
    "VerdictRow",
    "WizardStateRow",
    "WorkspaceRow",
]
