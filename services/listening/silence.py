"""Whether a chat may be spoken to now, and how loudly."""

from dataclasses import dataclass
from datetime import datetime

from services.db.models import ChatRow
from services.domain.listening import Hush
from services.listening.stored import quiet_of


@dataclass(frozen=True)
class Silence:
    muted: bool = False
    """Nothing new is said."""
    silent: bool = False
    """What is said makes no sound."""
    held_until: datetime | None = None
    """What is new waits until then."""


def silence_of(chat: ChatRow, zone: str, now: datetime) -> Silence:
    muted = chat.muted_until is not None and now < chat.muted_until
    quiet = quiet_of(chat.quiet)
    ends_at = quiet.ends_at(now, zone) if quiet is not None else None
    if quiet is None or ends_at is None:
        return Silence(muted)
    held = quiet.hush is Hush.HELD
    return Silence(muted, silent=not held, held_until=ends_at if held else None)
