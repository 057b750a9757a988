"""Values as people say them in Russian, through the validating code: the right value, or none."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.field import FieldType, Option, RemoteField
from services.domain.workspace import Language
from services.values import Unreadable
from services.values.cut import cut_at_word
from services.values.describe import describe
from services.values.read import read_value
from services.values.show import show_value

UNHURRIED = settings(deadline=None)
"""Machines that run tests are often busy."""
ZONE = ZoneInfo("Europe/Moscow")
TUESDAY = datetime(2026, 3, 10, 15, 0, tzinfo=ZONE)
"""The moment of the call."""

SOURCES = tuple(Option(str(number), name) for number, name in enumerate(
    ["Реклама", "Рекомендация друзей", "Повторный клиент", "Сайт", "Выставка «Дом»", "Холодный звонок"], start=11
))  # fmt: skip
MOODS = (Option("1", "Тёплый"), Option("2", "Холодный"), Option("3", "Горячий"))
PEOPLE = (Option("15", "Ирина Соколова"), Option("16", "Олег Смирнов"), Option("17", "Олег Петров"))


def field(kind: FieldType, **more: Any) -> RemoteField:
    return RemoteField("f", "Поле", kind, **more)


def read(kind: FieldType, said: Any, **more: Any) -> Any:
    return read_value(field(kind, **more), said, called_at=TUESDAY, zone=ZONE, people=PEOPLE)


NUMBERS = {
    "полтора миллиона": "1500000", "сто двадцать тысяч": "120000", "2,5 млн": "2500000", "тыщ двести": "200000",
    "тысяча двести": "1200", "двести тысяч пятьсот": "200500", "около ста": "100", "до ста десяти тысяч": "110000",
    "1 500 000": "1500000", "1.500.000": "1500000", "двадцать пять": "25", "сто пять": "105",
    "два с половиной миллиона": "2500000", "полмиллиона": "500000", "не больше пятидесяти": "50", "150к": "150000",
    "пять окон": "5", "минус пять": "-5", "сорок два процента": "42", "ноль": "0",
    "миллион двести тысяч": "1200000", "3.14": "3.14", "сто тысяч": "100000", "тридцати трёх": "33",
    "девяносто девять": "99", "15 000,50": "15000.5", "примерно триста": "300", "порядка двухсот": "200",
    "полторы тысячи": "1500", "три миллиарда": "3000000000",
    "два миллиона триста сорок тысяч пятьсот шесть": "2340506",
    "одна тысяча": "1000", "12": "12", "12.50": "12.5", "шестьдесят": "60", "восемнадцать": "18",
    "семьсот": "700", "три ляма": "3000000", "где-то сорок тысяч": "40000", "-7": "-7",
    "миллиона два": "2000000", "тысячи две": "2000", "миллиона полтора": "1500000", "тысяч сто двадцать": "120000",
    "−5": "-5", "до миллиона": "1000000", "около тысячи двухсот": "1200", "миллион сто тысяч": "1100000",
    "половина миллиона": "500000", "27 500": "27500", "110\u00a0500": "110500", "минус два миллиона": "-2000000",
    "2 миллиона 300 тысяч": "2300000", "двое": "2", "10%": "10", "1,5 тыс.": "1500", "не более 5 штук.": "5",
    "сто квадратных метров": "100", "60 кв. метров": "60",
}  # fmt: skip
NO_NUMBERS = [
    "от ста до двухсот", "1,500", "десять-пятнадцать", "больше ста", "двадцать сто", "раз два три", "пять и шесть",
    "триста рублей или четыреста", "много", "миллион с половиной", "две тысячи двадцать шестой", "100-150",
    "не менее десяти", "тридцатник", "пара сотен", "тысяча миллионов", "бюджет пять", "5 или 6", "свыше миллиона",
    "", "—",
    "два миллиона триста", "миллион двести", "миллиард пять", "110 т.р.", "90 тр", "90т", "не сто тысяч", ">100",
    "<100", "100+", "≈100", ".5", "к 10", "100 200", "500 300", "100 200 300", "2 000 3", "12 500 00",
    "0 500", "сто 20", "20 сто", "5м", "сто тысяч рублей", "100 ₽", "пять дорогих", "пять не знаю", "тысячи",
    "тысяч", "двадцать ноль", "1/2", "2^3", "двадцать полтора", "полтора миллиона двести", "миллиона двести",
    "до тысячи две", "5-7", "№5", "10:30", "5, 6", "половина", "сто?", "сто тысяч нет", "пять шестых",
    "два тысячи миллион", "1к2", "10%дней", "²", "1e5",
]  # fmt: skip
MONEY = {
    "сто двадцать тысяч рублей": ("120000", "RUB"), "$500": ("500", "USD"), "1 500 000 руб.": ("1500000", "RUB"),
    "две тысячи долларов": ("2000", "USD"), "полтора миллиона": ("1500000", "RUB"), "100 р": ("100", "RUB"),
    "триста евро": ("300", "EUR"), "500 тенге": ("500", "KZT"), "1500000 RUB": ("1500000", "RUB"),
    "110 тысяч ₽": ("110000", "RUB"), "сто баксов": ("100", "USD"), "€ 20": ("20", "EUR"),
    "110 т.р.": ("110000", "RUB"), "90 тр": ("90000", "RUB"), "90т": ("90000", "RUB"), "150к": ("150000", "RUB"),
    "сто рублей пятьдесят копеек": ("100.5", "RUB"), "50 копеек": ("0.5", "RUB"), "5$ 20 центов": ("5.2", "USD"),
    "сто белорусских рублей": ("100", "BYN"), "сто долларов США": ("100", "USD"), "рублей сто": ("100", "RUB"),
    "не больше ста тысяч рублей": ("100000", "RUB"), "100 рублей ровно": ("100", "RUB"),
    "5 млн. руб.": ("5000000", "RUB"),
}  # fmt: skip
NO_MONEY = [
    "пять тысяч рублей или долларов", "100 рублей 5 долларов", "дорого", "от 100 рублей", "бесплатно",
    "пять штук", "100 фунтов", "£100", "100 GBP", "100 CHF", "5000 уе", "5000 у.е.", "100 манат", "50 центов",
    "10%", "сто канадских долларов", "100 USDT", "сто тысяч сумма", "сто рублей пятьдесят",
    "сто рублей сто копеек",
    "100.50 рублей 20 копеек", "сто тысяч т.р.", "100 рублей в месяц", "не сто рублей", "$100 евро", "100 окон",
    "два миллиона триста рублей", "рублей", "сто рублей за метр", "100 ₿", "5 косарей",
]  # fmt: skip
DATES = {
    "в следующий четверг": "2026-03-19", "послезавтра": "2026-03-12", "через две недели": "2026-03-24",
    "двенадцатого марта": "2026-03-12", "12 марта 2027": "2027-03-12", "до конца месяца": "2026-03-31",
    "в понедельник": "2026-03-16", "в пятницу": "2026-03-13", "во вторник": "2026-03-17",
    "в этот четверг": "2026-03-12", "завтра": "2026-03-11", "12.03": "2026-03-12", "пятого числа": "2026-04-05",
    "2026-03-12": "2026-03-12", "в четверг на следующей неделе": "2026-03-19", "через месяц": "2026-04-10",
    "через полгода": "2026-09-10", "двадцать пятого апреля": "2026-04-25", "1 мая": "2026-05-01",
    "в среду": "2026-03-11", "до конца года": "2026-12-31", "через неделю": "2026-03-17", "15 числа": "2026-03-15",
    "через три дня": "2026-03-13", "к концу квартала": "2026-03-31", "двадцать девятого февраля": "2028-02-29",
    "первого апреля": "2026-04-01", "сегодня": "2026-03-10", "вчера": "2026-03-09", "01.06.26": "2026-06-01",
    "в ближайшую субботу": "2026-03-14", "через год": "2027-03-10", "в прошлый четверг": "2026-03-05",
    "на прошлой неделе в среду": "2026-03-04", "5 мая следующего года": "2027-05-05",
    "1 мая 27 года": "2027-05-01", "20 числа следующего месяца": "2026-04-20",
    "в четверг, 12 марта": "2026-03-12", "до пятницы": "2026-03-13",
    "на следующей неделе в среду": "2026-03-18", "12 марта 2027 г.": "2027-03-12",
    "завтра вечером": "2026-03-11", "тридцать первого марта": "2026-03-31", "к десятому апреля": "2026-04-10",
    "через 21 день": "2026-03-31", "2026-03-12T18:30": "2026-03-12", "завтра в шесть": "2026-03-11",
    "до конца следующего месяца": "2026-04-30",
}  # fmt: skip
NO_DATES = [
    "в этот понедельник", "5.03", "31.02.2026", "весной", "на следующей неделе", "в начале марта",
    "через пару дней", "восьмого марта", "никогда", "в четверг или в пятницу", "как-нибудь", "тридцатого февраля",
    "в четверг через неделю", "с 1 по 5 апреля", "понедельник, вторник", "не завтра", "после пятницы",
    "через день", "завтра не получится, давайте в четверг", "не раньше четверга", "1.5 миллиона", "в 12.05",
    "1.5", "март", "в пятницу, 12 марта", "в прошлый понедельник", "в конце месяца", "неделю назад",
    "по понедельникам", "пятого", "тридцать пятого марта", "завтра в 10 на объекте", "завтра?",
    "с понедельника", "позже пятницы", "12 марта нет", "31 числа следующего месяца", "2026-03-12-01",
    "в следующий четверг на этой неделе", "две недели", "0 числа", "00 марта", "на не прошлой неделе в среду",
]  # fmt: skip
MOMENTS = {
    "завтра в шесть вечера": "2026-03-11T18:00:00+03:00", "в четверг в 18:30": "2026-03-12T18:30:00+03:00",
    "2026-03-12T18:30": "2026-03-12T18:30:00+03:00", "послезавтра в 10 утра": "2026-03-12T10:00:00+03:00",
    "через два часа": "2026-03-10T17:00:00+03:00", "через полчаса": "2026-03-10T15:30:00+03:00",
    "12 марта в полдень": "2026-03-12T12:00:00+03:00", "в четверг в три дня": "2026-03-12T15:00:00+03:00",
    "завтра в час дня": "2026-03-11T13:00:00+03:00", "в субботу в 11": "2026-03-14T11:00:00+03:00",
    "завтра в десять тридцать": "2026-03-11T10:30:00+03:00", "завтра в двадцать два": "2026-03-11T22:00:00+03:00",
    "завтра в девятнадцать тридцать": "2026-03-11T19:30:00+03:00", "завтра в 12.05": "2026-03-11T12:05:00+03:00",
    "завтра в 10 часов 30 минут": "2026-03-11T10:30:00+03:00", "сегодня вечером в 9": "2026-03-10T21:00:00+03:00",
    "завтра в десять пятнадцать утра": "2026-03-11T10:15:00+03:00",
    "завтра в 11 ночи": "2026-03-11T23:00:00+03:00",
    "завтра без пятнадцати шесть вечера": "2026-03-11T17:45:00+03:00",
    "через час": "2026-03-10T16:00:00+03:00", "через два часа сорок минут": "2026-03-10T17:40:00+03:00",
    "завтра в 18 часов": "2026-03-11T18:00:00+03:00", "через полтора часа": "2026-03-10T16:30:00+03:00",
    "завтра в полшестого вечера": "2026-03-11T17:30:00+03:00",
    "через неделю в 10 утра": "2026-03-17T10:00:00+03:00", "завтра днём в два": "2026-03-11T14:00:00+03:00",
}  # fmt: skip
NO_MOMENTS = [
    "завтра", "завтра в шесть", "в пятницу после шести", "вечером", "завтра в 25:00", "завтра на 10 человек",
    "завтра встреча на 15 минут", "завтра 10:00-12:00", "завтра 10:30 по Екатеринбургу", "завтра 10:30 UTC",
    "завтра в двадцать пять", "завтра в десять пять", "завтра три дня", "через две недели три дня",
    "завтра десять", "завтра в полночь", "завтра в 12 ночи", "завтра в 9 утра вечером", "завтра с 10 до 12",
    "через два часа в офисе", "завтра в 10:30, а лучше в 11:00", "сегодня в девять", "завтра в полшестого",
    "завтра в 10-30", "через час-полтора", "2026-03-12T25:00", "через пару часов", "завтра в 10:30 не смогу",
    "завтра не в 10:30", "завтра в 8 дня",
    "завтра в ²", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "завтра без ² пять", "через ² часа",
]  # fmt: skip
CHOICES = {
    "Реклама": ["11"], "реклама": ["11"], "рекламы": ["11"], "по рекламе": None, "рекомендация друзей": ["12"],
    "друзей рекомендация": ["12"], "Повторный клиент": ["13"], "повторные клиенты": ["13"], "сайт": ["14"],
    "на сайте": None, "выставка дом": ["15"], "Выставка «Дом»": ["15"], "холодный звонок": ["16"],
    "холодные звонки": ["16"], "14": None, "не реклама": None, "телевизор": None,
    "звонок": None, "": None, "клиент": None,
}  # fmt: skip
PERSONS = {"Ирина": "15", "Ирине Соколовой": "15", "Соколова Ирина": "15", "Смирнов": "16", "Олег Петров": "17",
           "Олег": None, "Анна": None, "": None}  # fmt: skip
TRUTHS = {"да": True, "Нет": False, "yes": True, "конечно": True, "true": True, "ну может": None, "да нет": None,
          "неизвестно": None, "1": True, "0": False, "Да, конечно.": True, "конечно, нет": False, "Нет.": False,
          "не знаю": None, "нет данных": None, "не против": None, "не сказано": None, "n/a": None, "0.5": None,
          "нет, договорились": None, "есть сомнения": None, "да вряд ли": None, "да, отказался": None,
          "1 раз": None, "-1": None, "да?": None, "да 2": None, "не": None, "yes and no": None,
          "не да": None}  # fmt: skip
LINKS = {"https://site.ru/x": "https://site.ru/x", "site.ru": "https://site.ru",
         "example.com/path?x=1": "https://example.com/path?x=1", "просто": None, "javascript:alert(1)": None,
         "http://a b": None, "ftp://site.ru": None, "https://user@site.ru": None,
         "https://Site.ru:8443/%D1%8F": "https://Site.ru:8443/%D1%8F", "компания.рф": "https://компания.рф",
         "ООО.Ромашка": None, "https://site.ru:99999/": None, 'https://site.ru/"><b>': None,
         "https://site.ru:/": None,
         "договор.doc": None, "https://ооо.ромашка/": None, "https://site.ru:0/": None, "https://10.0.0.1/": None,
         "https://a@b@site.ru": None, "http:///site.ru": None, "https://site..ru": None, "1.5": None,
         "https://site.ru\\evil.com": None, "site.ru,": None}  # fmt: skip


@pytest.mark.parametrize(("said", "value"), NUMBERS.items())
def test_numbers(said: str, value: str) -> None:
    assert read(FieldType.NUMBER, said) == value


@pytest.mark.parametrize(("said", "value"), MONEY.items())
def test_money(said: str, value: tuple[str, str]) -> None:
    assert read(FieldType.MONEY, said) == {"amount": value[0], "currency": value[1]}


def test_a_sum_without_a_currency_is_in_the_companys_own() -> None:
    value = read_value(field(FieldType.MONEY), "сто тысяч", called_at=TUESDAY, zone=ZONE, currency="KZT")
    assert value == {"amount": "100000", "currency": "KZT"}
    told = describe(field(FieldType.MONEY), called_at=TUESDAY, zone=ZONE, language=Language.RU, currency="KZT")
    assert "1500000 KZT" in told


@pytest.mark.parametrize(("said", "value"), DATES.items())
def test_dates(said: str, value: str) -> None:
    assert read(FieldType.DATE, said) == value


@pytest.mark.parametrize(("said", "value"), MOMENTS.items())
def test_moments(said: str, value: str) -> None:
    assert read(FieldType.DATETIME, said) == value


REFUSED = [
    *((FieldType.NUMBER, said) for said in NO_NUMBERS),
    *((FieldType.MONEY, said) for said in NO_MONEY),
    *((FieldType.DATE, said) for said in NO_DATES),
    *((FieldType.DATETIME, said) for said in NO_MOMENTS),
    (FieldType.INTEGER, "2,5"),
    (FieldType.NUMBER, "9" * 40),
    (FieldType.OBJECT, "deal:1"),
]


@pytest.mark.parametrize(("kind", "said"), REFUSED)
def test_what_cannot_be_read_surely_is_refused(kind: FieldType, said: str) -> None:
    with pytest.raises(Unreadable):
        read(kind, said)


def _or_none(kind: FieldType, said: Any, **more: Any) -> Any:
    try:
        return read(kind, said, **more)
    except Unreadable:
        return None


@pytest.mark.parametrize(("said", "value"), CHOICES.items())
def test_a_choice_is_exactly_one_of_the_options(said: str, value: list[str] | None) -> None:
    assert _or_none(FieldType.CHOICE, said, options=SOURCES) == value


def test_several_options_only_where_the_field_takes_several() -> None:
    both = ["тёплый", "горячий"]
    assert _or_none(FieldType.CHOICE, both, options=MOODS) is None
    assert _or_none(FieldType.CHOICE, both, options=MOODS, multiple=True) == ["1", "3"]
    assert _or_none(FieldType.CHOICE, "Тёплый; Горячий", options=MOODS, multiple=True) == ["1", "3"]
    assert _or_none(FieldType.CHOICE, ["тёплый", "ледяной"], options=MOODS, multiple=True) is None


COUNTS = tuple(Option(str(number), name) for number, name in enumerate(["1", "2", "3", "4 и более"], start=2))
SIGNS = tuple(Option(str(number), name) for number, name in enumerate(
    ["+", "-", "👍", "👎", "C", "C++", "Дорого", "50%", "50", "2 из 3", "<100", ">100"], start=1
))  # fmt: skip


@pytest.mark.parametrize(
    ("said", "value"),
    [("1", ["2"]), ("3", ["4"]), ("4 и более", ["5"]), ("5", None), ("4", None), ("13", None), ("2.", ["3"])],
)
def test_options_are_never_chosen_by_their_ids(said: str, value: list[str] | None) -> None:
    assert _or_none(FieldType.CHOICE, said, options=COUNTS) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [("+", ["1"]), ("-", ["2"]), ("👍", ["3"]), ("👎", ["4"]), ("C", ["5"]), ("c", ["5"]), ("C++", ["6"]),
     ("c++", ["6"]), ("C#", None), ("дорого", ["7"]), ("«Дорого»", ["7"]), ("не дорого", None), ("недорого", None),
     ("дорого, не дорого", None), ("50 %", ["8"]), ("50", ["9"]), ("3 из 2", None), ("<100", ["11"]),
     ("100", None), ("≥100", None), ("👍👎", None), ("🙂", None), ("?", None)],
)  # fmt: skip
def test_signs_of_options_are_read_too(said: str, value: list[str] | None) -> None:
    assert _or_none(FieldType.CHOICE, said, options=SIGNS) == value


def test_two_options_of_one_name_are_never_guessed() -> None:
    twins = (Option("1", "Другое"), Option("2", "другое"))
    assert _or_none(FieldType.CHOICE, "Другое", options=twins) is None


@pytest.mark.parametrize(("said", "value"), PERSONS.items())
def test_employees(said: str, value: str | None) -> None:
    assert _or_none(FieldType.EMPLOYEE, said) == value


@pytest.mark.parametrize(("said", "value"), TRUTHS.items())
def test_yes_and_no(said: str, value: bool | None) -> None:
    assert _or_none(FieldType.BOOLEAN, said) == value


@pytest.mark.parametrize(("said", "value"), LINKS.items())
def test_links(said: str, value: str | None) -> None:
    assert _or_none(FieldType.LINK, said) == value


anything = st.one_of(
    st.text(max_size=60),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=20), max_size=3),
)


@UNHURRIED
@given(st.sampled_from(list(FieldType)), anything)
def test_whatever_comes_it_is_read_or_unreadable(kind: FieldType, said: Any) -> None:
    value = _or_none(kind, said, options=MOODS)
    if value is not None and kind is not FieldType.OBJECT:
        assert isinstance(show_value(field(kind, options=MOODS), value, Language.RU, PEOPLE), str)


@UNHURRIED
@given(st.integers(-(10**12), 10**12))
def test_canonical_numbers_come_back(number: int) -> None:
    assert read(FieldType.INTEGER, str(number)) == number


@UNHURRIED
@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)))
def test_canonical_dates_come_back(day: Any) -> None:
    assert read(FieldType.DATE, day.isoformat()) == day.isoformat()


@UNHURRIED
@given(st.text(max_size=300), st.integers(0, 80))
def test_a_cut_text_is_never_longer_than_the_field(text: str, limit: int) -> None:
    assert len(cut_at_word(text, limit, Language.RU)) <= max(limit, 0)


def test_values_are_shown_as_people_read_them() -> None:
    shown = [
        show_value(field(FieldType.MONEY), {"amount": "1500000", "currency": "RUB"}, Language.RU),
        show_value(field(FieldType.DATE), "2026-03-12", Language.RU),
        show_value(field(FieldType.CHOICE, options=MOODS), ["1", "3"], Language.RU),
        show_value(field(FieldType.NUMBER), "2.5", Language.RU),
        show_value(field(FieldType.NUMBER), "1500.5", Language.EN),
        show_value(field(FieldType.BOOLEAN), True, Language.EN),
    ]
    assert [one.replace("\u00a0", " ") for one in shown] == [
        "1 500 000 ₽", "12 марта 2026", "Тёплый, Горячий", "2,5", "1,500.5", "yes",
    ]  # fmt: skip


def test_the_model_is_told_options_and_the_day_of_the_call() -> None:
    told = describe(field(FieldType.CHOICE, options=MOODS), called_at=TUESDAY, zone=ZONE, language=Language.RU)
    assert "- Тёплый\n- Холодный\n- Горячий" in told
    told = describe(field(FieldType.DATE), called_at=TUESDAY, zone=ZONE, language=Language.RU)
    assert "2026-03-10 15:00 (вторник)" in told
    assert describe(field(FieldType.TEXT), called_at=TUESDAY, zone=ZONE, language=Language.RU) == ""
