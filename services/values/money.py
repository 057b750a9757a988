"""Sums of money with their currency. A word or sign that is no known currency is never taken for the usual one."""

import re
from collections.abc import Sequence
from decimal import Decimal

from services.values import Unreadable
from services.values.numbers import end_here, is_digits, number_at, prepared, skip_before
from services.values.numerals import CARDINALS, SCALES
from services.values.scan import tokens_of

NAMES = {
    "RUB": r"₽|р|руб|rub|rur|рубл(?:ь|я|ю|е|и|ей|ем|ям|ями|ях)",
    "USD": r"\$|usd|доллар(?:а|у|ы|е|ов|ом|ам|ами|ах)?|бакс(?:а|у|ы|ов|ом|ам)?",
    "EUR": r"€|eur|евро",
    "KZT": r"₸|kzt|тенге|тг",
    "BYN": r"byn",
    "UAH": r"₴|uah|грив(?:ен|ень|на|ны|не|ну|нах|нами)",
    "CNY": r"¥|cny|юан(?:ь|я|ю|и|ей|ям)",
    "UZS": r"uzs|сум|сумов",
}
CURRENCIES = {code: re.compile(names) for code, names in NAMES.items()}
ADJECTIVES = {
    ("RUB", "российск"): "RUB",
    ("RUB", "белорусск"): "BYN",
    ("USD", "американск"): "USD",
    ("CNY", "китайск"): "CNY",
}
"""`белорусских рублей` are no roubles; any other adjective (`канадских`) is unknown."""
_ADJECTIVE = re.compile(r"([а-я]+ск)(?:ий|их|ого|ие|ими|им)")
CENTS = {"RUB": re.compile(r"коп|копе(?:ек|йка|йки|йку)"), "USD": re.compile(r"цент(?:а|ов|ы)?")}
CENTS["BYN"], CENTS["EUR"] = CENTS["RUB"], CENTS["USD"]
THOUSANDS = {"т": None, "тр": "RUB", "тыр": "RUB"}
"""`90 т`, `110 т.р.`: thousands where it is about money, and nowhere else."""


def read_money(text: str, currency: str) -> tuple[Decimal, str]:
    """Amount and currency; a sum without a currency is in the given one. Raises Unreadable."""
    tokens = tokens_of(prepared(text))
    at, genitive = skip_before(tokens)
    before, at = currency_at(tokens, at)
    amount, end = number_at(tokens, at, genitive=genitive)
    amount, named, end = _in_thousands(amount, tokens, at, end)
    if cents := _cents_alone(amount, tokens, end):
        return cents
    after, end = currency_at(tokens, end)
    codes = {one for one in (before, named, after) if one is not None}
    if len(codes) > 1 or (before and after):
        raise Unreadable("ambiguous")
    code = codes.pop() if codes else None
    more, end = _cents_at(tokens, end, code) if after else (Decimal(0), end)
    if more and amount != int(amount):
        raise Unreadable("ambiguous")
    end_here(tokens, end)
    return amount + more, code or currency


def currency_at(tokens: Sequence[str], at: int) -> tuple[str | None, int]:
    """A currency with its adjective; None when something else stands there."""
    adjective = _ADJECTIVE.fullmatch(tokens[at]) if at < len(tokens) else None
    noun = at + 1 if adjective else at
    code = currency_of(tokens[noun]) if noun < len(tokens) else None
    if code is not None and adjective:
        code = ADJECTIVES.get((code, adjective.group(1)))
    if code == "USD" and tokens[noun + 1 : noun + 2] == ["сша"]:
        noun += 1
    return (code, noun + 1) if code is not None else (None, at)


def currency_of(word: str) -> str | None:
    return next((code for code, names in CURRENCIES.items() if names.fullmatch(word)), None)


def _in_thousands(amount: Decimal, tokens: Sequence[str], at: int, end: int) -> tuple[Decimal, str | None, int]:
    if end >= len(tokens) or tokens[end] not in THOUSANDS:
        return amount, None, end
    if any(word in SCALES for word in tokens[at:end]):
        raise Unreadable("ambiguous")
    return amount * 1000, THOUSANDS[tokens[end]], end + 1


def _cents_alone(amount: Decimal, tokens: Sequence[str], end: int) -> tuple[Decimal, str] | None:
    """`пятьдесят копеек` is half a rouble; cents may be of several currencies."""
    if end >= len(tokens) or not CENTS["RUB"].fullmatch(tokens[end]):
        return None
    end_here(tokens, end + 1)
    return _fraction(amount), "RUB"


def _cents_at(tokens: Sequence[str], at: int, code: str | None) -> tuple[Decimal, int]:
    if code not in CENTS or at >= len(tokens) or not (is_digits(tokens[at]) or tokens[at] in CARDINALS):
        return Decimal(0), at
    cents, end = number_at(tokens, at)
    if end >= len(tokens) or not CENTS[code].fullmatch(tokens[end]):
        raise Unreadable("ambiguous")
    return _fraction(cents), end + 1


def _fraction(cents: Decimal) -> Decimal:
    if cents != int(cents) or not 0 <= cents < 100:
        raise Unreadable("ambiguous")
    return cents / 100
