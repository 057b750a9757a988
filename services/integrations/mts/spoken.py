"""Ready transcripts as the cabinets give them: lines without times."""

from collections.abc import Sequence

from services.domain.call import Segment, Transcript


def as_transcript(lines: Sequence[str], seconds: int) -> Transcript | None:
    """Lines are spread over the call so that their order is kept. Who spoke is not documented: nobody is named."""
    said = [line for line in lines if line]
    if not said:
        return None
    step = seconds / len(said)
    segments = tuple(Segment(step * at, step * (at + 1), "", line) for at, line in enumerate(said))
    return Transcript(segments=segments, source="crm", seconds=float(seconds))
