"""Calls as a telephony or a disk tells them, made short."""

from datetime import UTC, datetime

from services.domain.call import Direction, FoundCall, Trait
from services.ownfunnels.conditions import Condition, Wanted, What

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def call(
    *,
    line: str = "",
    extension: str = "",
    folder: str = "",
    file_name: str = "",
    manager: tuple[str, str] = ("", ""),
    direction: Direction = Direction.INCOMING,
    key: str = "call:1",
    at: datetime = AT,
) -> FoundCall:
    """`manager` is (id, name)."""
    traits = {
        Trait.LINE: line,
        Trait.EXTENSION: extension,
        Trait.FOLDER: folder,
        Trait.FILE_NAME: file_name,
    }
    return FoundCall(
        key,
        at,
        60,
        direction,
        "+79161234567",
        answered=True,
        manager_id=manager[0],
        manager_name=manager[1],
        traits={str(name): value for name, value in traits.items() if value},
    )


def condition(what: What, *values: str) -> Condition:
    return Condition(what, tuple(Wanted(one) for one in values))
