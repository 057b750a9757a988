"""What a model wrote, as an answer: strict first, tolerant where the server is not."""

import json
import re
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from services.clean import without_controls
from services.privacy.mask import Mask

NOTHING = re.compile(
    r"^(нет (данных|информации|ответа)|данных нет|не (упоминал|указан|обсужда|озвуч|говорил|прозвуч|назван)\w*"
    r"|информаци[яи] отсутству\w+|неизвестно|no (data|information)|not (mentioned|specified|discussed)|n/?a|none)"
    r"[.! ]*$",
    re.IGNORECASE,
)

TRUTHS = {"true": True, "да": True, "yes": True, "false": False, "нет": False, "no": False}


class ModelReply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    found: bool
    answer: str
    quote: str | None = None
    value: str | list[str] | None = None
    alert: bool | None = None
    alert_quote: str | None = None

    @field_validator("alert", mode="before")
    @classmethod
    def _as_truth(cls, given: object) -> object:
        """Said in words too; anything unclear is no alert, and never spoils the answer beside it."""
        if isinstance(given, str):
            return TRUTHS.get(given.strip(" .!").lower())
        return given if isinstance(given, bool) else None

    @field_validator("alert_quote", mode="before")
    @classmethod
    def _as_quote(cls, given: object) -> object:
        return given if isinstance(given, str) else None

    @field_validator("value", mode="before")
    @classmethod
    def _as_words(cls, given: object) -> object:
        """Servers without schemas send bare numbers and truth values too."""
        if isinstance(given, list):
            return [_word(one) for one in given if one is not None]
        return None if given is None else _word(given)

    def restored(self, mask: Mask) -> Self:
        """Marks in quotes as they were said, in everything else as people read them."""
        given = self.model_dump()
        return self.model_copy(update={name: _restored(name, value, mask) for name, value in given.items()})

    @property
    def said(self) -> str | list[str]:
        """The value; without one, the answer has to do."""
        return self.value or self.answer.strip()

    @property
    def says_something(self) -> bool:
        """`found` with nothing in it, or with "no data" for an answer, is no answer."""
        answer = self.answer.strip()
        return self.found and bool(answer or self.value) and not NOTHING.match(answer)


def _restored(name: str, value: object, mask: Mask) -> object:
    back = mask.as_said if name.endswith("quote") else mask.readable
    if isinstance(value, list):
        return [back(one) for one in value]
    return back(value) if isinstance(value, str) else value


def _word(given: object) -> object:
    if isinstance(given, bool):
        return "да" if given else "нет"
    return str(given) if isinstance(given, int | float) else given


class Unparsable(ValueError):
    """Not an answer in the agreed form; the text says what is wrong, for the repair request."""


def parse(text: str) -> ModelReply:
    """Raises Unparsable."""
    try:
        return ModelReply.model_validate(_object_in(text))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)
        )
        raise Unparsable(problems) from None


def _object_in(text: str) -> object:
    """The first balanced object, out of code fences and chatter."""
    decoder = json.JSONDecoder()
    for match in re.finditer(r"\{", text):
        try:
            return _cleaned(decoder.raw_decode(text, match.start())[0])
        except json.JSONDecodeError:
            continue
        except RecursionError:
            break
    raise Unparsable("no JSON object")


def _cleaned(given: object) -> object:
    """JSON may spell out what no database takes, such as `\\u0000` or half of a pair."""
    if isinstance(given, str):
        return without_controls(given)
    if isinstance(given, list):
        return [_cleaned(one) for one in given]
    return {name: _cleaned(one) for name, one in given.items()} if isinstance(given, dict) else given
