"""How this installation differs from others: all that its descriptions leave open."""

from dataclasses import dataclass, field
from typing import Literal

METHODS = (
    "estateBuy/statuses",
    "estateBuy/find",
    "estateBuy/list",
    "estateBuy/addNote",
    "contacts/find",
    "company/getUsers",
    "company/getDepartments",
    "calls/getSaleDepartmentsCalls",
    "calls/getRecord",
)
OWN = ("estateBuy/setAttribute", "estateBuy/getAttribute")
"""Made for one customer: no description knows them."""


@dataclass
class Settings:
    prefix: str = "/v2"
    dialect: Literal["d1", "d2"] = "d1"
    camel_parameters: bool = False
    """The second dialect wants them in requests as well."""
    app_id: str | None = None
    """The key is an old one: the header is required."""
    bad_key: Literal[401, 403] = 401
    granted: set[str] = field(default_factory=lambda: set(METHODS))
    calls_transport: Literal["get_body", "get_query", "post_body"] = "get_body"
    page: int = 50
    order: Literal["up", "down", "random"] = "up"
    repeats_next: bool = False
    zone: str = "Europe/Moscow"
    dates: Literal["offset", "naive", "space"] = "offset"
    lists_by_ids: bool = True
    no_record: Literal["404", "400", "error", "empty", "json", "text"] = "404"
    html_missing: bool = False
    """An unknown path is answered by the web server, not by the application."""
    html_limit: bool = False
    limits: bool = False
    per_minute: int = 100
    retry_after: bool = True
