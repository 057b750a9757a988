"""How long the work waits: back-off, reconciling, thresholds. All can be shortened."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Timing:
    """Waiting times of the pipeline.

    `ladder` holds the back-off steps; after the last one the work is given up and a person may repeat it.
    """

    ladder: tuple[timedelta, ...] = tuple(
        timedelta(seconds=step) for step in (60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200)
    )
    reconcile: timedelta = timedelta(seconds=65)
    """A write whose outcome is unclear may still be under way at the remote system for 60 seconds."""
    binding_horizon: timedelta = timedelta(hours=4)
    """A CRM that has not made a deal of a call by then will not."""
    search_horizon: timedelta = timedelta(hours=72)
    """People make the deal of a Friday's call on Monday: so long it is looked for by the phone number."""
    recording_horizon: timedelta = timedelta(hours=24)
    model_pause: timedelta = timedelta(minutes=10)
    """How long a model connection without money or access is left alone."""
    busy_horizon: timedelta = timedelta(hours=24)
    """So long after a call was first seen, a model that is too busy costs it no try."""
    sweep_slack: timedelta = timedelta(minutes=2)
    """Work that is so long overdue is looked after."""
    shortest_call: int = 5
    """Seconds; below it nobody has said anything."""

    def step(self, tries: int) -> timedelta | None:
        """The wait before try number `tries` + 1, counted from 0; None when the ladder has ended."""
        return self.ladder[tries] if tries < len(self.ladder) else None
