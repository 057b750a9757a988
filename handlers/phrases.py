"""Whole sentences with formatted parts, so that a translator sees the sentence and not its pieces."""

from string import Formatter

from aiogram.utils.formatting import Text


def phrase(template: str, **parts: Text | str) -> Text:
    """`phrase(_("Промпт «{name}» удалён."), name=Bold(name))`."""
    pieces: list[Text | str] = []
    for literal, field, _spec, _conversion in Formatter().parse(template):
        pieces.append(literal)
        if field is not None:
            pieces.append(parts[field])
    return Text(*pieces)


def capitalized(words: str) -> str:
    """As a sentence begins; what follows stays as it is."""
    return words[:1].upper() + words[1:]


def as_button(words: str) -> str:
    """Buttons begin with a sign and a capital letter: the same words within a sentence do not."""
    sign, _space, told = words.partition(" ")
    return f"{sign} {capitalized(told)}"
