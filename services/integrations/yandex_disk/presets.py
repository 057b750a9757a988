"""File names of usual exporters, recognised by themselves, and a careful guess for all the others.

Exporters let their owners change the names and change them themselves, so a preset is only a better guess:
what it does not fit is read by the guess.
"""

import re
from dataclasses import dataclass
from functools import cache

from services.integrations.yandex_disk.patterns import Pattern, compile_pattern, without_extension
from services.integrations.yandex_disk.pieces import INCOMING, OUTGOING
from services.phones import e164


@dataclass(frozen=True)
class Preset:
    key: str
    title: str
    patterns: tuple[str, ...]


PRESETS = (
    Preset(
        "asterisk",
        "Asterisk / FreePBX",
        (
            "{direction:incoming|out}-{phone}-{extension}-{date:YYYYMMDD}-{time:HHmmss}-{unix}*",
            "{direction:external,in|outgoing}-{extension}-{phone}-{date:YYYYMMDD}-{time:HHmmss}-{unix}*",
            "{direction:q,rg,queue|outgoing}-*-{phone}-{date:YYYYMMDD}-{time:HHmmss}-{unix}*",
        ),
    ),
    Preset(
        "mango",
        "Mango Office",
        (
            "{date:YYYY-MM-DD}__{time:HH-mm-ss}__{phone}__{extension}",
            "{date:YYYY-MM-DD}__{time:HH-mm-ss}__{phone}__*",
        ),
    ),
    Preset(
        "novofon",
        "Novofon / Zadarma",
        (
            "{date:YYYY-MM-DD}_{time:HH-mm-ss}*_from_{phone}_to_{extension}_*",
            "{date:YYYY-MM-DD}_{time:HH-mm-ss}*_from_*_to_*_session_*",
            "{date:YYYY.MM.DD}_{time:HH.mm.ss}-{unix}*-{phone}-{extension}",
            "{date:YYYY-MM-DD}-{time:HH-mm-ss}_{phone}_{extension}",
        ),
    ),
    Preset(
        "mts",
        "МТС",
        (
            "{date:YYYY-MM-DD}_{time:HH-mm-ss}_{direction}_{phone}_{extension}",
            "{date:YYYY-MM-DD}_{time:HH-mm-ss}_{direction}_{phone}_{manager}",
            "{date:YYYY-MM-DD}_{time:HH-mm-ss}_{direction}_{phone}",
        ),
    ),
    Preset(
        "bitrix24",
        "Битрикс24",
        (
            "{direction}_{phone}_{date:YYYY-MM-DD}_{time:HH-mm-ss}",
            "{phone}-{date:YYYY.MM.DD}-{time:HH-mm-ss}",
            "{date:DD.MM.YYYY}_{time:HH-mm-ss}_{phone}_{manager}",
        ),
    ),
)


@cache
def compiled() -> tuple[tuple[Preset, Pattern], ...]:
    return tuple((preset, compile_pattern(text)) for preset in PRESETS for text in preset.patterns)


def by_preset(path: str) -> tuple[str, dict[str, str]] | None:
    """The preset's key and what it reads; None: no preset fits."""
    for preset, pattern in compiled():
        found = pattern.read(path)
        if found is not None:
            return preset.key, found
    return None


_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)([-._]?)(?P<month>[01]\d)\2(?P<day>[0-3]\d)(?!\d(?!\d{3}))"),
    re.compile(r"(?<!\d)(?P<day>[0-3]\d)([-._])(?P<month>[01]\d)\2(?P<year>20\d\d)(?!\d)"),
)
_TIME = re.compile(r"[ Tt_-]{0,3}(?P<hour>[0-2]\d)([-._:]?)(?P<minute>[0-5]\d)(?:\2(?P<second>[0-5]\d))?(?!\d)")
_UNIX = re.compile(r"(?<!\d)(?P<unix>1[5-9]\d{8}|2[01]\d{8})(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\+?\d{10,15}(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
NAME_LONGEST = 255


def guessed(name: str) -> dict[str, str]:
    """Date, time, direction and the client's number, as far as a name leaves no doubt; manager and line never.

    Of two numbers the client's is the first one in an incoming call and the second one in an outgoing call.
    """
    rest = without_extension(name[-NAME_LONGEST:])
    found, rest = _moment(rest)
    words = {word.lower() for word in _WORDS.findall(rest)}
    incoming, outgoing = bool(words & set(INCOMING)), bool(words & set(OUTGOING))
    if incoming != outgoing:
        found["incoming" if incoming else "outgoing"] = "yes"
    numbers = list(dict.fromkeys(number for one in _NUMBER.findall(rest) if (number := e164(one))))
    if len(numbers) == 1:
        found["phone"] = numbers[0]
    elif len(numbers) == 2 and incoming != outgoing:
        found["phone"] = numbers[0 if incoming else 1]
    return found


def _moment(name: str) -> tuple[dict[str, str], str]:
    """What tells the time, and the name without it: its digits are no telephone number."""
    for pattern in _DATES:
        date = pattern.search(name)
        if date is None:
            continue
        found, end = dict(date.groupdict()), date.end()
        time = _TIME.match(name, end)
        if time is not None:
            found |= {key: value for key, value in time.groupdict().items() if value is not None}
            end = time.end()
        return found, f"{name[: date.start()]} {name[end:]}"
    unix = _UNIX.search(name)
    if unix is None:
        return {}, name
    return dict(unix.groupdict()), f"{name[: unix.start()]} {name[unix.end() :]}"
