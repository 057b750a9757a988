"""Does a quote carry a value? A number must be in it; what the quote itself says for sure must be the same.

Only contradictions are found: a quote may say more than one thing, or point at the value from afar.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.domain.field import FieldType, RemoteField, Value
from services.values import Unreadable
from services.values.dates import GAP, TOWARDS, days_in
from services.values.days import INTO
from services.values.money import THOUSANDS, currency_at
from services.values.numbers import HALVES, is_digits, number_at, prepared
from services.values.numerals import meaning, tells_quantity
from services.values.scan import normal, tokens_of
from services.values.times import clocks_in

GENITIVE = frozenset("до около порядка районе пределах больше более меньше менее выше от".split())
SLANG = re.compile(r"штук[аиу]?|косар\w*|тонн\w*|сот|сотен|с")
"""After a sum they may multiply it."""
FOREIGN = re.compile(
    r"£|фунт\w*|gbp|франк\w*|chf|манат\w*|сом|сомов|лари|дирхам\w*|лир\w?|йен\w?|рупи[йя]|злот\w+|крон\w?|уе|usdt"
)
COUNTED = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY})
HALF_A_DAY = 12
AWAY = frozenset("не после позже раньше кроме".split())
"""Before a date they say that it is another one."""


def supports(field: RemoteField, value: Value, quote: str, *, called_at: datetime, zone: ZoneInfo) -> bool:
    """False when the quote holds no number for a number, or says another value than this one."""
    if field.type in COUNTED:
        return _number_fits(field, value, quote)
    local = called_at.astimezone(zone)
    if field.type is FieldType.DATE:
        return _day_fits(date.fromisoformat(value), quote, local)[0]
    if field.type is FieldType.DATETIME:
        moment = datetime.fromisoformat(value).astimezone(zone)
        fits, left = _day_fits(moment.date(), quote, local)
        return fits and _time_fits(moment, left)
    return True


@dataclass(frozen=True)
class _Told:
    """A number in the quote, with the words around it; `sure` is False when they may alter it."""

    number: Decimal
    sure: bool
    currency: str | None = None
    foreign: bool = False
    denied: bool = False


def _number_fits(field: RemoteField, value: Value, quote: str) -> bool:
    money = field.type is FieldType.MONEY
    try:
        tokens = tokens_of(prepared(quote))
        told = _numbers_in(tokens, money=money)
    except Unreadable:
        return True
    if not any(tells_quantity(word) for word in tokens):
        return False
    if len(told) != 1 or not told[0].sure:
        return True
    (one,) = told
    if one.denied or (money and (one.foreign or one.currency not in (None, value["currency"]))):
        return False
    return one.number == Decimal(str(value["amount"] if money else value))


def _numbers_in(tokens: Sequence[str], *, money: bool) -> list[_Told]:
    found: list[_Told] = []
    at = 0
    while at < len(tokens):
        kind = meaning(tokens[at])
        cardinal = kind is not None and kind[0] != "ordinal"
        if cardinal or is_digits(tokens[at]) or tokens[at] in HALVES | {"минус"}:
            before = tokens[at - 1] if at else ""
            number, end = number_at(tokens, at, genitive=before in GENITIVE)
            found.append(_told(tokens, at, end, number, money=money))
            at = end
        else:
            if tells_quantity(tokens[at]):
                found.append(_Told(Decimal(0), sure=False))
            at += 1
    return found


def _told(tokens: Sequence[str], at: int, end: int, number: Decimal, *, money: bool) -> _Told:
    before, after = tokens[at - 1] if at else "", tokens[end] if end < len(tokens) else ""
    if not money:
        return _Told(Decimal(0) if before == "ни" else number, sure=True, denied=before == "не")
    if after in THOUSANDS:
        number, currency = number * 1000, THOUSANDS[after]
    else:
        currency = currency_at(tokens, end)[0]
    return _Told(
        number,
        sure=not SLANG.fullmatch(after),
        currency=currency or currency_at(tokens, at - 1)[0] if at else currency,
        foreign=currency is None and FOREIGN.fullmatch(after) is not None,
        denied=before == "не",
    )


def _day_fits(wanted: date, quote: str, local: datetime) -> tuple[bool, list[str]]:
    try:
        days, left = days_in(normal(quote), local.date())
    except Unreadable:
        return True, []
    if len(days) != 1:
        return True, []
    return days == {wanted} and not _turned_away(left), left


def _turned_away(left: Sequence[str]) -> bool:
    at = left.index(GAP) - 1
    while at >= 0 and left[at] in INTO | TOWARDS:
        at -= 1
    return at >= 0 and left[at] in AWAY


def _time_fits(moment: datetime, left: Sequence[str]) -> bool:
    """An hour without its half of the day may be either."""
    clocks = clocks_in(left)
    if len(clocks) != 1:
        return True
    (one,) = clocks
    if one.part:
        try:
            told = one.time()
        except Unreadable:
            return True
        return (moment.hour, moment.minute) == (told.hour, told.minute)
    either = one.hour <= HALF_A_DAY and moment.hour % HALF_A_DAY == one.hour % HALF_A_DAY
    return moment.minute == one.minute and (moment.hour == one.hour or either)
