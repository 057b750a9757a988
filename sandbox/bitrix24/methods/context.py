"""What a method of the portal works with."""

from dataclasses import dataclass, field
from datetime import timezone
from typing import Literal

from sandbox.bitrix24.builder import Builder
from sandbox.bitrix24.errors import Profile


@dataclass
class Settings:
    """Switches of a portal, to be set by tests."""

    zone: timezone
    zone_name: str = "Europe/Moscow"
    profile: Profile = "docs-2026-08"
    crm_mode: int = 1
    """1 classic, with leads; 2 simple."""
    scopes: set[str] = field(default_factory=lambda: {"crm", "telephony", "disk", "user", "lists"})
    admin: bool = True
    statistics_allowed: bool = True
    transcripts: bool = True
    """False: AI processing is off on this portal."""
    old: bool = False
    """A portal that does not know the newest methods."""
    missing_scope_hides_method: bool = False
    comment_author: int = 1
    original_names: bool = True
    """False: a portal that ignores the flag and names custom fields in camel case."""
    lists_in_plan: bool = True
    contact_filter: Literal["known", "refused", "ignored"] = "known"
    """What becomes of the filter by all contacts of a deal, on portals of different ages."""


@dataclass
class Context:
    world: Builder
    settings: Settings
    base_url: str
    secret: str
