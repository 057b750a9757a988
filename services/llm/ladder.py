"""Which answer format a server takes: learnt once, however many requests are under way."""

from services.ports import ModelFailure


class Ladder:
    """Steps from the best format down. Several requests may be refused at the same level at once:
    each tells the level it was sent with, so together they step down once.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self.level = 0

    def refused(self, sent: int) -> None:
        """Raises ModelFailure when the request was sent in the last format there is."""
        if sent + 1 >= self._steps:
            raise ModelFailure("rejected", "no answer format is accepted")
        self.level = max(self.level, sent + 1)
