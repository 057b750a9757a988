"""Which phrase a chirp names: a number made from the text itself."""

import hashlib


class Phrasebook:
    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def add(self, text: str) -> int:
        """The phrase's number (24 bits), the same wherever it is computed."""
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:3], "big")
        if self._texts.setdefault(number, text) != text:
            raise ValueError("two phrases share a number: word one of them differently")
        return number

    def text(self, number: int) -> str | None:
        return self._texts.get(number)
