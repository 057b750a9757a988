"""Mail addresses, written (`ivan@mail.ru`) and said (`иван точка петров собака мейл точка ру`)."""

import re
from collections.abc import Iterator

from services.privacy.numbers import Found, Sort

_WRITTEN = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_JOINT = r"(?:точка|дефис|тире|минус|подч[её]ркивание|нижнее подч[её]ркивание)"
_PIECE = r"[^\W_]+"
_LETTER = (
    r"(?:[^\W\d_]|дабл ?[юв]|икс|игрек|зет|джи|джей|кей|эл|эм|эн|эр|эс|эф|эйч|бэ|вэ|дэ"
    r"|тэ|пэ|ви|би|ди|ти|пи|си|ай|эй)"
)
_ZONE = r"(?:ру|рф|ком|нет|орг|су|инфо|про|бай|кз|уа|онлайн|ru|com|net|org|by|kz|su|рус)\b"
_SAID = re.compile(
    rf"(?<!\w)(?:(?:{_LETTER}[ ,-]+){{1,24}})?"
    rf"{_PIECE}(?:[ ,]+{_JOINT}[ ,]+{_PIECE}|\.{_PIECE}|[ ,]+\d+){{0,8}}"
    rf"(?:[ ,]*@[ ,]*|[ ,]+(?:собака|собачка|эт)[ ,]+)"
    rf"(?:{_PIECE}[ ,]+(?:{_JOINT}[ ,]+{_PIECE}[ ,]+){{0,3}}(?:точка[ ,]+)?{_ZONE}"
    rf"|{_PIECE}(?:\.{_PIECE}){{1,3}})",
    re.IGNORECASE,
)
_SIGN = re.compile(r"@|соба[чк]к?а|\bэт\b", re.IGNORECASE)
REACH = 200
"""Characters on each side of the sign that may belong to the address: keeps the search linear."""


def mails_in(text: str) -> Iterator[Found]:
    """Looked for around each `@` alone, so that hours of talk cost nothing."""
    done = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < done:
            continue
        begin, end = max(done, sign.start() - REACH), min(len(text), sign.end() + REACH)
        for pattern in (_WRITTEN, _SAID):
            found = _around(pattern, text, begin, end, sign.start())
            if found is not None:
                yield Found(Sort.MAIL, *found)
                done = found[1]
                break


def _around(pattern: re.Pattern[str], text: str, begin: int, end: int, sign: int) -> tuple[int, int] | None:
    for match in pattern.finditer(text, begin, end):
        if match.start() <= sign < match.end():
            return match.span()
        if match.start() > sign:
            return None
    return None
