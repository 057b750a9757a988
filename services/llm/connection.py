"""One connection to an OpenAI-compatible server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    import openai


@dataclass(frozen=True)
class Connection:
    """`timeout` is the total of one request, in seconds."""

    base_url: str
    api_key: SecretStr
    model: str
    concurrency: int = 5
    timeout: float = 120.0
    output_tokens: int = 1500


def open_client(connection: Connection, timeout: float | None = None) -> "openai.AsyncOpenAI":
    """It follows no redirects: what clients have said goes to the server that was chosen, and nowhere else.

    Nor does it repeat anything: the library would repeat paid requests. Loaded with the first call.
    """
    import openai

    return openai.AsyncOpenAI(
        api_key=connection.api_key.get_secret_value() or "none",
        base_url=connection.base_url,
        timeout=openai.NOT_GIVEN if timeout is None else timeout,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
    )
