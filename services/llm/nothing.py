"""The ways a model says "no data" in place of a value."""

import re

from services.llm.parse import NOTHING

_NO_VALUE = re.compile(
    r"(?:не (?:знаю|известно|сказано|упомина\w+|упомянут\w*|определен\w*|уточн\w+|понятно)|неизвестн\w+"
    r"|отсутству\w+|нет значения|значения нет|null|unknown|not (?:found|available|stated))[.! ]*",
    re.IGNORECASE,
)


def withheld(value: str | list[str] | None) -> bool:
    """True for a value, or a list of values, that only says that there is none."""
    told = [value] if isinstance(value, str) else value or []
    return bool(told) and all(_is_none(one.strip()) for one in told)


def _is_none(said: str) -> bool:
    return NOTHING.match(said) is not None or _NO_VALUE.fullmatch(said) is not None
