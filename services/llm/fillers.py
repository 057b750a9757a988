"""Words that carry nothing: a quote may leave some of them out, and proves nothing by them alone."""

import re

from services.values.numerals import tells_quantity

_WORD = re.compile(r"\w+")
FILLERS = frozenset("ну вот э ээ эээ эм мм ммм м а ааа же ж там типа короче ага угу значит um uh well er".split())
"""A quote may leave these out: nothing is denied, counted or wished by them."""
FILLER_PAIR = ("как", "бы")
EMPTY = FILLERS | frozenset("как бы так это то вообще просто алло so like".split())
SHORTEST = 3
"""Letters of a word that may prove something by itself."""


def carries(quote: str) -> bool:
    """A quote proves something by a word of some length, or by a number."""
    words = _WORD.findall(quote.casefold().replace("ё", "е"))
    return any((len(word) >= SHORTEST and word not in EMPTY) or tells_quantity(word) for word in words)
