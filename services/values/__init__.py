"""Typed values: from what a model says to what may be written. Nothing is forced into a type."""


class Unreadable(ValueError):
    """The value cannot be read without guessing. `code` is stable, for reasons and words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


__all__ = ["Unreadable"]
