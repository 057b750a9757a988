"""Is there a conversation at all? Silence, voicemail and a few stray words never reach the model."""

import re
from collections.abc import Sequence

from services.domain.call import Reason, Segment

FEWEST_WORDS = 8
VOICEMAIL_SECONDS = 40.0
VOICEMAIL = re.compile(
    r"оставьте (ваше )?сообщение|после (звукового )?сигнала|голосов(ой|ая) (почт|ящик)|автоответчик"
    r"|абонент (временно )?(не ?доступен|не отвечает|не может|занят)|аппарат абонента"
    r"|телефон выключен|вне зоны|набранный (вами )?номер"
    r"|leave (a|your) message|voice ?mail|after the (tone|beep)",
    re.IGNORECASE,
)
PHANTOMS = re.compile(
    r"^(субтитры (сделал|создавал|подогнал|делал)|редактор субтитров|корректор [а-я]\.|продолжение следует"
    r"|спасибо за просмотр|подписывайтесь на канал|thanks? (you )?for watching|dimatorzok)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def is_phantom(text: str) -> bool:
    """A line that speech models invent over silence."""
    return bool(PHANTOMS.match(text.strip(" .!…\"'«»")))


def gate(segments: Sequence[Segment], seconds: float) -> Reason | None:
    """Why the call must not be put to the model, or None."""
    said = [segment for segment in segments if segment.text.strip() and not is_phantom(segment.text)]
    words = sum(len(_WORD.findall(segment.text)) for segment in said)
    if words == 0:
        return Reason.SILENCE
    text = " ".join(segment.text for segment in said)
    speakers = {segment.speaker for segment in said if segment.speaker}
    if VOICEMAIL.search(text) and (len(speakers) <= 1 or seconds <= VOICEMAIL_SECONDS) and words < 60:
        return Reason.VOICEMAIL
    return Reason.TOO_SHORT if words < FEWEST_WORDS else None
