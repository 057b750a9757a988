"""Funnels of the account. Statuses are told by pairs: won and lost have the same number in every pipeline."""

from collections.abc import Sequence

from services.domain.integration import ObjectKind
from services.integrations.amocrm.binding import stage_id
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import Row, embedded, number, text
from services.integrations.books import RemoteFunnel, RemoteStage

UNSORTED = 1
"""Type of the status for what nobody has accepted yet."""


async def funnels(client: Client) -> Sequence[RemoteFunnel]:
    """In the account's own order; archived ones are gone for everybody who works there."""
    told = _in_order(embedded(await client.read("leads/pipelines"), "pipelines"))
    return [_funnel(row) for row in told if number(row.get("id")) and row.get("is_archive") is not True]


def _funnel(row: Row) -> RemoteFunnel:
    pipeline = number(row["id"])
    stages = tuple(
        RemoteStage(stage_id(pipeline, status), text(one.get("name"), 250) or str(status))
        for one in _in_order(embedded(row, "statuses"))
        if (status := number(one.get("id")))
    )
    return RemoteFunnel(ObjectKind.DEAL, str(pipeline), text(row.get("name"), 250) or str(pipeline), stages)


def _in_order(told: list[Row]) -> list[Row]:
    return sorted(told, key=lambda row: number(row.get("sort")))


async def is_unsorted(client: Client, lead_id: int) -> bool:
    """Does the deal still wait to be accepted? Then the account may refuse to write into it."""
    lead = await client.one(f"leads/{lead_id}")
    pipeline, status = number(lead.get("pipeline_id")), number(lead.get("status_id"))
    told = await client.one(f"leads/pipelines/{pipeline}/statuses/{status}")
    return number(told.get("type")) == UNSORTED
