"""How a row is locked that is going to be changed."""

from typing import Any, Final

LOCK: Final[dict[str, Any]] = {"key_share": True}
"""FOR NO KEY UPDATE: others can still store what belongs to the row, such as the cards of a call.

On PostgreSQL whatever is stored asks that its owner stays there, FOR KEY SHARE. A plain FOR UPDATE makes that
wait, and two that hold an owner and what belongs to it the other way round break one another. It is left to
whoever makes the row another thing, and must let nobody add to it meanwhile.
"""
