"""Texts that are longer than a field holds."""

import unicodedata

from services.domain.workspace import Language

NOTES = {Language.RU: "… (сокращено)", Language.EN: "… (shortened)"}


def cut_at_word(text: str, limit: int, language: Language) -> str:
    """At most `limit` characters, ended at a word and saying so; a letter is never parted from its accents."""
    if len(text) <= limit:
        return text
    note = NOTES[language] if limit > 4 * len(NOTES[language]) else "…"
    room = max(0, limit - len(note))
    while room and unicodedata.combining(text[room]):
        room -= 1
    cut = max(text.rfind(" ", 0, room + 1), text.rfind("\n", 0, room + 1))
    kept = text[: cut if cut > room // 2 else room].rstrip()
    return f"{kept}{note}"[:limit]
