"""Yes and no: whole phrases only. A word of doubt beside a `да` may turn it round."""

from services.values import Unreadable
from services.values.words import plain

YES = frozenset(
    {
        "да", "да да", "ага", "угу", "конечно", "да конечно", "конечно да", "разумеется", "да разумеется",
        "верно", "да верно", "да все верно", "все верно", "именно", "да именно", "так точно", "безусловно", "есть",
        "да есть", "истина", "yes", "true", "y",
    }
)  # fmt: skip
NO = frozenset(
    {
        "нет", "нет нет", "нету", "конечно нет", "нет конечно", "вовсе нет", "совсем нет", "неверно",
        "нет неверно", "ложь", "no", "false", "n",
    }
)  # fmt: skip
DIGITS = {"1": True, "0": False}


def read_truth(text: str) -> bool:
    """Raises Unreadable: `not_a_yes_no`."""
    if text in DIGITS:
        return DIGITS[text]
    said = plain(text)
    if "?" in text or "/" in text or any(char.isdigit() for char in text) or said not in YES | NO:
        raise Unreadable("not_a_yes_no")
    return said in YES
