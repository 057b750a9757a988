"""Which stretch of time is read next. Calls appear when they END, marked with their beginning.

So a short look back at every poll finds most, a long one each few minutes finds long calls, and one of two days
each night finds whatever came later still. A stretch is read in slices and portions, and the cursor says how
far, so a long gap costs no memory. Times are the cabinet's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.integrations.mts.driver import At, Window

OVERLAP = timedelta(minutes=10)
WIDE_BACK = timedelta(hours=3)
WIDE_EVERY = timedelta(minutes=5)
NIGHT_BACK = timedelta(hours=48)
NIGHT_EVERY = timedelta(hours=24)
SLICE = timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """The cursor. What began before `floor` is history; everything before `done` has been read.

    `stretch` is being read: from its `begin` on, in its present slice from `at` on.
    """

    floor: datetime
    done: datetime
    wide: datetime
    night: datetime
    reading: str
    stretch: Window | None = None
    at: At | None = None
    told: At = field(default_factory=dict)
    """The driver's own memory."""

    @classmethod
    def beginning(cls, now: datetime, reading: str) -> "Progress":
        return cls(floor=now, done=now, wide=now, night=now, reading=reading)

    @classmethod
    def load(cls, stored: Mapping[str, Any], reading: str) -> "Progress":
        floor = datetime.fromisoformat(stored["floor"])
        stretch = stored.get("stretch")
        loaded = cls(
            floor=floor,
            done=datetime.fromisoformat(stored["done"]),
            wide=datetime.fromisoformat(stored["wide"]),
            night=datetime.fromisoformat(stored["night"]),
            reading=reading,
            stretch=Window(*map(datetime.fromisoformat, stretch)) if stretch else None,
            at=stored.get("at"),
            told=stored.get("told", {}),
        )
        if stored.get("reading") != reading:
            return replace(loaded, night=floor - NIGHT_EVERY, stretch=None, at=None)
        return loaded

    def store(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "floor": self.floor.isoformat(),
            "done": self.done.isoformat(),
            "wide": self.wide.isoformat(),
            "night": self.night.isoformat(),
            "reading": self.reading,
            "told": dict(self.told),
        }
        if self.stretch is not None:
            stored["stretch"] = [self.stretch.begin.isoformat(), self.stretch.end.isoformat()]
            stored["at"] = self.at
        return stored

    def begun(self, end: datetime) -> "Progress":
        """With a stretch up to `end`, unless one is being read already."""
        if self.stretch is not None:
            return self
        back, wide, night = OVERLAP, self.wide, self.night
        if end - wide >= WIDE_EVERY:
            back, wide = WIDE_BACK, end
        if end - night >= NIGHT_EVERY:
            back, night = NIGHT_BACK, end
        begin = max(self.done - back, self.floor)
        if begin >= end:
            return self
        return replace(self, wide=wide, night=night, stretch=Window(begin, end), at=None)

    def slice(self, longest: timedelta) -> Window | None:
        """What to ask for now."""
        if self.stretch is None:
            return None
        end = min(self.stretch.end, self.stretch.begin + min(SLICE, longest))
        return Window(self.stretch.begin, end)

    def read(self, window: Window, at: At | None) -> "Progress":
        """After a portion of this slice; `at` None: the slice is read."""
        assert self.stretch is not None, "a slice is of a stretch"
        if at is not None:
            return replace(self, at=at)
        if window.end < self.stretch.end:
            return replace(self, stretch=Window(window.end, self.stretch.end), at=None)
        return replace(self, done=max(self.done, self.stretch.end), stretch=None, at=None)
