"""Words as they are compared: case, ё, quotes and punctuation do not count, nor do Russian endings."""

import re

_WORD = re.compile(r"[a-zа-я0-9]+")
_ENDINGS = re.compile(
    r"(?:иями|ями|ами|иях|ях|ах|ого|его|ому|ему|ыми|ими|ться|тся|ешь|ете|ите|ают|яют|уют|ала|яла|ать|ять|ить|еть"
    r"|ия|ие|ии|ию|ий|ый|ой|ая|яя|ое|ее|ые|ую|юю|ом|ем|ам|ям|ов|ев|ей|их|ых|им|ым|ет|ит|ут|ют|ат|ят|а|я|о|е|ы|и|у|ю|ь|й)$"
)
_FLEETING = re.compile(r"(?<=[а-я]{3})[ое]([кц])$")
"""`звонок`, `звонки`: a vowel that comes and goes."""
SHORTEST_STEM = 3
IDLE_SIGNS = frozenset(".,;:!?«»\"'„“”‘’()[]{}-–—…/\\_*`•·№\u200b\ufe0f")
"""They part words, or adorn them, and say nothing."""


def plain(text: str) -> str:
    """Lower case with `ё` as `е`, one space between words, nothing else."""
    return " ".join(tokens(text))


def tokens(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("ё", "е"))


def signs(text: str) -> tuple[str, ...]:
    """What is said by neither words nor spaces: `+`, `%`, an emoji, letters of other alphabets."""
    kept = _WORD.sub("", text.casefold().replace("ё", "е"))
    return tuple(char for char in kept if not char.isspace() and char not in IDLE_SIGNS)


def stem(word: str) -> str:
    """The word without its ending, never shorter than three letters."""
    match = _ENDINGS.search(word)
    bare = word[: match.start()] if match and match.start() >= SHORTEST_STEM else word
    return _FLEETING.sub(r"\1", bare)


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in tokens(text))
