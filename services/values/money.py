"""Sums of money with their currency."""

from decimal import Decimal

from services.values import Unreadable
from services.values.numbers import read_number

CURRENCIES = {
    "RUB": ("руб", "₽", "rub", "деревянн"),
    "USD": ("долл", "$", "usd", "бакс"),
    "EUR": ("евро", "€", "eur"),
    "KZT": ("тенге", "₸", "kzt", "тг"),
    "BYN": ("byn", "белорусск"),
    "UAH": ("грив", "₴", "uah"),
    "CNY": ("юан", "¥", "cny"),
    "UZS": ("сум", "uzs"),
}
SIGNS = {sign: code for code, names in CURRENCIES.items() for sign in names if not sign.isalpha()}
ROUBLE_LETTERS = {"р", "р.", "руб"}


def read_money(text: str, currency: str) -> tuple[Decimal, str]:
    """Amount and currency; a sum without a currency is in the given one. Raises Unreadable."""
    spoken = text
    codes: set[str] = set()
    for sign, code in SIGNS.items():
        if sign in spoken:
            codes.add(code)
            spoken = spoken.replace(sign, " ")
    amount, left = read_number(spoken)
    named = [_currency(word) for word in left]
    codes |= {one for one in named if one is not None}
    if len(codes) > 1 or named.count(None) > 1:
        raise Unreadable("ambiguous")
    return amount, codes.pop() if codes else currency


def _currency(word: str) -> str | None:
    if word in ROUBLE_LETTERS:
        return "RUB"
    for code, names in CURRENCIES.items():
        if any(word.startswith(name) for name in names if name.isalpha()):
            return code
    return None
