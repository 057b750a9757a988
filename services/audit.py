"""Who changed what, and when. Details never carry secrets."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AuditRow
from services.ports import Clock


def note(
    session: AsyncSession,
    clock: Clock,
    workspace_id: int,
    user_id: int | None,
    action: str,
    subject: int | str,
    **details: str,
) -> None:
    """Adds an audit row to the caller's transaction."""
    session.add(
        AuditRow(
            workspace_id=workspace_id,
            user_id=user_id,
            action=action,
            subject=str(subject),
            details=details,
            at=clock.now(),
        )
    )
