"""A prompt's place in the workspace: its scope, its position, and the lock that keeps both true."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.locking import LOCK
from services.db.models import FunnelRow, IntegrationRow, PromptRow, StageRow, WorkspaceRow
from services.domain.integration import IntegrationState
from services.domain.prompt import Place, Scope
from services.domain.workspace import Workspace
from services.errors import NotFound, Refused
from services.workspace.workspaces import workspace_of_row


def scope_of_row(row: PromptRow) -> Scope:
    return Scope(row.integration_id, row.funnel_id, row.stage_id)


async def locked_workspace(session: AsyncSession, workspace_id: int) -> Workspace:
    """Positions and limits are counted over several prompts: whoever changes them waits for the one before."""
    row = await session.get_one(WorkspaceRow, workspace_id, with_for_update=LOCK)
    return workspace_of_row(row)


async def check_scope(session: AsyncSession, workspace_id: int, scope: Scope) -> None:
    """It is the workspace's own, and its parts belong together. Raises NotFound, Refused: `integration_gone`."""
    integration = await session.get(IntegrationRow, scope.integration_id)
    if integration is None or integration.workspace_id != workspace_id:
        raise NotFound(f"integration {scope.integration_id}")
    if integration.state == IntegrationState.DISCONNECTED:
        raise Refused("integration_gone")
    if scope.funnel_id is not None:
        funnel = await session.get(FunnelRow, scope.funnel_id)
        if funnel is None or funnel.integration_id != scope.integration_id:
            raise NotFound(f"funnel {scope.funnel_id}")
    if scope.stage_id is not None:
        stage = await session.get(StageRow, scope.stage_id)
        if stage is None or stage.funnel_id != scope.funnel_id:
            raise NotFound(f"stage {scope.stage_id}")


async def scope_in_words(session: AsyncSession, scope: Scope) -> str:
    """Names of the integration, the funnel and the stage, as the history tells them."""
    integration = await session.get_one(IntegrationRow, scope.integration_id)
    funnel = await session.get(FunnelRow, scope.funnel_id) if scope.funnel_id is not None else None
    stage = await session.get(StageRow, scope.stage_id) if scope.stage_id is not None else None
    return " › ".join(row.name for row in (integration, funnel, stage) if row is not None)


async def check_fits(session: AsyncSession, scope: Scope, place: Place) -> None:
    """Fields of deals are not written for a funnel of leads, and answers stay within the workspace.

    Raises NotFound, Refused: `other_kind`, `integration_gone`.
    """
    if place.into is not None:
        await _check_into(session, scope, place.into)
        return
    if scope.funnel_id is None or place.object_kind is None:
        return
    funnel = await session.get_one(FunnelRow, scope.funnel_id)
    if funnel.object_kind != place.object_kind:
        raise Refused("other_kind")


async def _check_into(session: AsyncSession, scope: Scope, into: int) -> None:
    source = await session.get_one(IntegrationRow, scope.integration_id)
    target = await session.get(IntegrationRow, into)
    if target is None or target.workspace_id != source.workspace_id:
        raise NotFound(f"integration {into}")
    if target.state == IntegrationState.DISCONNECTED:
        raise Refused("integration_gone")


async def last_position(session: AsyncSession, workspace_id: int) -> int:
    last = await session.scalar(select(func.max(PromptRow.position)).where(PromptRow.workspace_id == workspace_id))
    return last or 0
