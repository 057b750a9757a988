"""Rows of Автосекретарь 2.0 into calls.

Times are local and no zone is told: Moscow, unless somebody has said otherwise. Numbers lack the country's 7.
"""

from datetime import timedelta
from typing import Any

from services.domain.call import Direction, FoundCall, Trait
from services.integrations.mts.values import from_iso, is_short, number, text
from services.phones import e164

MOSCOW = timedelta(hours=3)
"""Ahead of UTC, all year round."""


def lowered(row: Any) -> dict[str, Any]:
    """The case of names has been seen to differ."""
    return {str(name).lower(): value for name, value in row.items()} if isinstance(row, dict) else {}


def call_of(told: Any, trunk: str, cli: str, shift: timedelta) -> FoundCall | None:
    """None when it cannot be understood, or colleagues talked among themselves.

    `duration` has the wait in it. The same `callId` may be given in two trunks. `cli` is the trunk's number.
    """
    row = lowered(told)
    began, number_of_call = from_iso(row.get("starttime"), MOSCOW + shift), text(row.get("callid"))
    if began is None or not number_of_call or number(row.get("rel")) == 1:
        return None
    caller, called, via = (text(row.get(name)) for name in ("an", "dn", "via"))
    outgoing = _outgoing(caller, called, via)
    own, other = (caller, called) if outgoing else (called, caller)
    recorded = number(row.get("recdur"))
    talk = max(number(row.get("duration")) - number(row.get("wait")), 0)
    return FoundCall(
        external_id=f"ac20:{trunk}:{number_of_call}"[:128],
        started_at=began,
        duration=talk or recorded,
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        phone=e164(other),
        answered=talk > 0 or recorded > 0,
        manager_id=own[:64],
        has_recording=recorded > 0,
        refs={"trunk": trunk, "call": number_of_call},
        traits=_traits(own, via, cli),
    )


def _outgoing(caller: str, called: str, via: str) -> bool:
    """From the employee's own number, or from an extension to the world outside."""
    if via and (via == caller or (e164(via) != "" and e164(via) == e164(caller))):
        return True
    return is_short(caller) and not is_short(called)


def _traits(own: str, via: str, cli: str) -> dict[str, str]:
    traits = {Trait.LINE: e164(via) or e164(cli), Trait.EXTENSION: own if is_short(own) else ""}
    return {str(trait): value for trait, value in traits.items() if value}
