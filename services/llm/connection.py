"""One connection to an OpenAI-compatible server."""

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True)
class Connection:
    """`timeout` is the total of one request, in seconds."""

    base_url: str
    api_key: SecretStr
    model: str
    concurrency: int = 5
    timeout: float = 120.0
    output_tokens: int = 1500
