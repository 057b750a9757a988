"""What the order of a request costs: the transcript first and the question last, against the question first."""

import openai
from pydantic import SecretStr

from sandbox.models import ModelServer
from services.domain.call import Segment
from services.domain.workspace import Language
from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.llm.request import SYSTEM, transcript_lines
from services.ports import AnswerRequest

SENTENCE = "Клиент рассказал про балкон, бюджет и сроки, менеджер предложил замер на этой неделе. "
CHARACTERS = 9000
PROMPTS = 7


def transcript() -> tuple[Segment, ...]:
    count = CHARACTERS // len(SENTENCE)
    return tuple(Segment(n * 5.0, n * 5.0 + 5, "client", f"{SENTENCE}{n}") for n in range(count))


async def ours(model: ModelServer) -> tuple[int, int]:
    """(prompt tokens, cached tokens) of seven questions about one call."""
    client = LanguageModel(Connection(model.base_url, SecretStr("test-key"), "sandbox-chat"))
    segments = transcript()
    for number in range(PROMPTS):
        request = AnswerRequest("call-1", "Звонок", segments, f"Вопрос {number}: какой бюджет?", Language.RU)
        await client.answer(request)
    await client.close()
    return model.tokens(), model.tokens("cached_tokens")


async def question_first(model: ModelServer) -> tuple[int, int]:
    client = openai.AsyncOpenAI(api_key="test-key", base_url=model.base_url, max_retries=0)
    text = transcript_lines(transcript())
    for number in range(PROMPTS):
        content = f"Вопрос {number}: какой бюджет?\n\n<transcript-x>\n{text}\n</transcript-x>"
        await client.chat.completions.create(
            model="sandbox-chat",
            messages=[{"role": "user", "content": f"{number} {content}\n\n{SYSTEM}"}],
            prompt_cache_key="call-1",
        )
    await client.close()
    return model.tokens(), model.tokens("cached_tokens")
