"""A strict Bitrix24 portal over real HTTP: calls, deals, leads, timelines, recordings."""

from sandbox.bitrix24.portal import Portal
from sandbox.bitrix24.tables import Column
from sandbox.bitrix24.world import Call, Comment

__all__ = ["Call", "Column", "Comment", "Portal"]
