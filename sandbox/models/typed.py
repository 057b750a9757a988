"""Typed values by extraction only: the very words of the transcript that look like the wanted kind of value."""

import re

from sandbox.models.extract import FENCE, Found, find, split_prompt, stems

WANTED = "Какое нужно value:"
CONDITION = "Условие тревоги:"
OPTION = re.compile(r"^- (.+)$", re.MULTILINE)
NUMERALS = (
    "ноль один одна одну два две три четыр пят шест сем восем восьм девят десят двадцат тридцат сорок девяност "
    "сто ста двест двухсот трист пятьсот сот тысяч тыщ миллион миллиард полтор половин процент рубл долл евро"
).split()
COUNTS = frozenset("один одна одну два две три четыре пять шесть семь восемь девять десять".split())
"""Alone these count windows or weeks, not money."""
NUMBER = re.compile(r"\d[\d\s.,]*\d|\d")
MONTHS = "январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр"
DAYS = r"понедельник\w*|вторник\w*|сред\w+|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+"
DATE = re.compile(
    r"\b(?:сегодня|завтра|послезавтра|через (?:день|неделю|месяц|год)"
    r"|через \w+(?: \w+)? ?(?:дн\w*|недел\w*|месяц\w*)"
    rf"|\d{{1,2}} (?:{MONTHS})\w+|(?:в|во|к|до) (?:следующ\w+ |этот |эту )?(?:{DAYS}))",
    re.IGNORECASE,
)
TIME = re.compile(r"\bв \w+ (?:утра|вечера|дня)|\bв \d{1,2}[:.]\d{2}", re.IGNORECASE)
LINK = re.compile(r"https?://\S+")


def split_wanted(text: str) -> tuple[str, str]:
    """The message without the description of the value, and that description."""
    head, _, wanted = text.partition(WANTED)
    return head.rstrip(), wanted.strip()


def split_condition(text: str) -> tuple[str, str]:
    """The message without the alert's condition, and that condition; empty: there is none."""
    head, _, condition = text.partition(CONDITION)
    return head.rstrip(), condition.strip()


def alarm(text: str) -> tuple[bool | None, str | None]:
    """Does a sentence of the transcript meet the condition, and which? (None, None): nobody asked."""
    head, condition = split_condition(text)
    fence = FENCE.search(head)
    if not condition or fence is None:
        return None, None
    found = find(f"{head[: fence.end()]}\n\n{condition}")
    return found is not None, found.quote if found is not None else None


def answer(text: str) -> tuple[Found | None, list[str] | None]:
    """What is found, with its value where one is wanted."""
    text, _ = split_condition(text)
    head, wanted = split_wanted(text)
    if not wanted:
        return find(head), None
    if options := OPTION.findall(wanted):
        return _option(head, options)
    best = find(head)
    sentences = [best.quote] if best is not None else []
    for sentence in [*sentences, *split_prompt(head)[0]]:
        value = _value(wanted, sentence)
        if value is not None:
            return Found(f"Из разговора: «{sentence}»", sentence), [value]
    return None, None


def _option(head: str, options: list[str]) -> tuple[Found | None, list[str] | None]:
    for sentence in split_prompt(head)[0]:
        said = set(stems(sentence))
        for option in options:
            if set(stems(option)) & said:
                return Found(f"Из разговора: «{sentence}»", sentence), [option]
    return None, None


def _value(wanted: str, sentence: str) -> str | None:
    if "дата и время" in wanted:
        day, moment = DATE.search(sentence), TIME.search(sentence)
        return f"{day.group()} {moment.group()}" if day and moment else None
    if "дата" in wanted:
        day = DATE.search(sentence)
        return day.group() if day else None
    if "число" in wanted or "сумма" in wanted:
        number = _number(sentence)
        return None if "сумма" in wanted and number in COUNTS else number
    if "адрес страницы" in wanted:
        link = LINK.search(sentence)
        return link.group() if link else None
    return "да" if '"да"' in wanted else None


def _number(sentence: str) -> str | None:
    """The longest run of number words, or digits."""
    best: list[str] = []
    run: list[str] = []
    for word in re.findall(r"[\w.,]+", sentence.lower().replace("ё", "е")):
        bare = word.strip(".,")
        if bare[:1].isdigit() or any(bare.startswith(one) for one in NUMERALS):
            run.append(bare)
            best = max(best, run, key=len)
        else:
            run = []
    digits = NUMBER.search(sentence)
    return " ".join(best) if best else digits.group() if digits else None
