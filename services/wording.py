"""The few words that services write themselves: into CRM comments and to the model."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.domain.call import Direction
from services.domain.workspace import Language

NO_DATA = {Language.RU: "Нет данных", Language.EN: "No data"}
QUOTE = {Language.RU: "Цитата", Language.EN: "Quote"}
CALL = {
    Language.RU: {
        Direction.INCOMING: "Входящий звонок",
        Direction.OUTGOING: "Исходящий звонок",
        Direction.UNKNOWN: "Звонок",
    },
    Language.EN: {
        Direction.INCOMING: "Incoming call",
        Direction.OUTGOING: "Outgoing call",
        Direction.UNKNOWN: "Call",
    },
}
_LENGTH = {Language.RU: ("{m} мин {s:02} с", "{s} с"), Language.EN: ("{m} min {s:02} s", "{s} s")}


def length(seconds: float, language: Language) -> str:
    """`3 мин 05 с`."""
    minutes, rest = divmod(round(seconds), 60)
    long, short = _LENGTH[language]
    return long.format(m=minutes, s=rest) if minutes else short.format(s=rest)


def moment_in_call(seconds: float) -> str:
    """`02:15`, or `1:02:15` in a long call."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def call_line(started_at: datetime, zone: str, direction: Direction, seconds: int, language: Language) -> str:
    """`Входящий звонок 10.03.2026 12:19, 3 мин 05 с`."""
    local = started_at.astimezone(ZoneInfo(zone))
    told = f", {length(seconds, language)}" if seconds else ""
    return f"{CALL[language][direction]} {local:%d.%m.%Y %H:%M}{told}"
