"""Words of the calendar in all their forms, shared by those who read dates and those who check quotes."""


def _table(*lines: str) -> dict[str, int]:
    return {word: number for number, line in enumerate(lines) for word in line.split()}


def _month(stem: str, endings: str, short: str = "") -> str:
    return " ".join([*(stem + ending for ending in endings.split("|")), *short.split()])


SOFT, HARD = "ь|я|ю|е|ем", "|а|у|е|ом"
MONTHS = {word: number + 1 for word, number in _table(
    _month("январ", SOFT, "янв"), _month("феврал", SOFT, "фев"), _month("март", HARD, "мар"),
    _month("апрел", SOFT, "апр"), "май мая маю мае маем", _month("июн", SOFT), _month("июл", SOFT),
    _month("август", HARD, "авг"), _month("сентябр", SOFT, "сен сент"), _month("октябр", SOFT, "окт"),
    _month("ноябр", SOFT, "ноя"), _month("декабр", SOFT, "дек"),
).items()}  # fmt: skip
"""From 1, as in dates."""
WEEKDAYS = _table(
    "понедельник понедельника понедельнику понедельником понедельнике пн",
    "вторник вторника вторнику вторником вторнике вт",
    "среда среду среды среде средой ср",
    "четверг четверга четвергу четвергом четверге чт",
    "пятница пятницу пятницы пятнице пятницей пт",
    "суббота субботу субботы субботе субботой сб",
    "воскресенье воскресенья воскресенью воскресеньем вс",
)
"""From 0, Monday, as in `date.weekday`."""
NEAR = {"позавчера": -2, "вчера": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2}
"""Days from the day of the call."""
