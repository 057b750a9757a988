"""One request to the account, as its work sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.amocrm.builder import Builder
from sandbox.amocrm.wire import envelope


@dataclass
class Asked:
    """One request; `body` is None without one."""

    world: Builder
    origin: str
    path: str
    query: str
    params: dict[str, Any]
    body: Any
    named: dict[str, int]
    """Numbers out of the path."""

    @property
    def filter(self) -> dict[str, Any]:
        found = self.params.get("filter", {})
        return found if isinstance(found, dict) else {}

    def page(self, name: str, rows: list[Any]) -> Any:
        return envelope(self.origin, self.path, self.query, self.params, name, rows)


Work = Callable[[Asked], Any]
"""The JSON of the answer; None: 204."""
