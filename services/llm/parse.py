"""What a model wrote, as an answer: strict first, tolerant where the server is not."""

import json
import re

from pydantic import BaseModel, ConfigDict, ValidationError

NOTHING = re.compile(
    r"^(нет (данных|информации|ответа)|данных нет|не (упоминал|указан|обсужда|озвуч|говорил|прозвуч|назван)\w*"
    r"|информаци[яи] отсутству\w+|неизвестно|no (data|information)|not (mentioned|specified|discussed)|n/?a|none)"
    r"[.! ]*$",
    re.IGNORECASE,
)


class ModelReply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    found: bool
    answer: str
    quote: str | None = None

    @property
    def says_something(self) -> bool:
        """`found` with nothing in it, or with "no data" for an answer, is no answer."""
        return self.found and bool(self.answer.strip()) and not NOTHING.match(self.answer.strip())


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
            return decoder.raw_decode(text, match.start())[0]
        except json.JSONDecodeError:
            continue
    raise Unparsable("no JSON object")
