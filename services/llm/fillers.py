"""Words that carry nothing: a quote may leave them out, and proves nothing by them alone."""

import re

from services.values.numerals import tells_quantity

_WORD = re.compile(r"\w+")
FILLERS = frozenset(
    "ну вот э ээ эээ эм мм ммм м а ааа же ж там как бы так это то типа короче ага угу вообще просто значит алло "
    "um uh well er so like".split()
)
SHORTEST = 3
"""Letters of a word that may prove something by itself."""


def carries(quote: str) -> bool:
    """A quote proves something by a word of some length, or by a number."""
    words = _WORD.findall(quote.casefold().replace("ё", "е"))
    return any((len(word) >= SHORTEST and word not in FILLERS) or tells_quantity(word) for word in words)
