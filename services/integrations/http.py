"""One way out for all integrations: policy, time, size, and failures that say whether anything was sent.

No exception, log line or repr carries an address: for some systems the path is the password.
"""

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from services.errors import BadAnswer, Gone, RateLimited, Unclear, Unreachable
from services.integrations.policy import ForbiddenHost, check_address, open_session
from services.ports import Guard

Kind = Literal["read", "write"]
Address = str | URL
"""A text is put into its normal form, where `%3A` becomes a colon; `URL(text, encoded=True)` goes as it is."""

USER_AGENT = "Callprompt/0.1 (sales call analysis)"
ANSWER_LIMIT = 8 * 1024 * 1024
DOWNLOAD_LIMIT = 500 * 1024 * 1024
CONNECT_SECONDS = 10.0
DOWNLOAD_SECONDS = 1800.0
REDIRECTS = 3
NO_SOUND = frozenset({"text/html", "application/json", "text/plain"})


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in any case."""

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")


class Http:
    """`read_timeout` and `write_timeout` are totals in seconds; `tls` is for hosts that need their own."""

    def __init__(
        self,
        *,
        guard: Guard,
        allow_private: bool,
        scratch: Path | None = None,
        read_timeout: float = 70.0,
        write_timeout: float = 70.0,
        tls: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._guard = guard
        self._scratch = scratch
        self._allow_private = allow_private
        self._tls = tls
        self._resolver = resolver
        self._timeouts: dict[Kind, float] = {"read": read_timeout, "write": write_timeout}
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = open_session(
                allow_private=self._allow_private,
                tls=self._tls,
                resolver=self._resolver,
                headers={"User-Agent": USER_AGENT},
                trust_env=False,
            )
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def post(self, url: str, body: Any, *, kind: Kind) -> Answer:
        """One request with a JSON body; fails as `request` does."""
        return await self.request("POST", url, kind=kind, json=body)

    async def request(
        self,
        method: str,
        url: Address,
        *,
        kind: Kind,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, never repeated here; the body is JSON, a form, or none.

        Raises Unreachable when nothing was delivered, Unclear when a write may have happened, ForbiddenHost.
        """
        check_address(str(url), allow_private=self._allow_private)
        if kind == "write":
            self._guard()
        timeout = aiohttp.ClientTimeout(total=self._timeouts[kind], connect=CONNECT_SECONDS)
        lost: type[Unreachable | Unclear] = Unclear if kind == "write" else Unreachable
        try:
            async with self._session.request(
                method, url, headers=headers, json=json, data=form, timeout=timeout, allow_redirects=False
            ) as response:
                content = await _bounded(response)
                return Answer(response.status, content, response.headers)
        except ForbiddenHost:
            raise
        except aiohttp.InvalidURL:
            raise ForbiddenHost("not an address") from None
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as failure:
            raise Unreachable(
                f"no connection: {type(failure).__name__}", remote_code=_tls_trouble(failure)
            ) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise lost(f"answer lost: {type(failure).__name__}") from None

    @asynccontextmanager
    async def download(
        self, url: Address, *, headers: Mapping[str, str] | None = None, json: Any = None, suffix: str = ""
    ) -> AsyncIterator[Path]:
        """A file fetched into a temporary place that is gone afterwards; with `json` it is asked for by POST.

        Every redirect meets the policy; `headers` and body go to the first host only: they may carry a secret.
        """
        with tempfile.TemporaryDirectory(prefix="recording-", dir=self._scratch) as folder:
            target = Path(folder) / f"recording{suffix}"
            await self._fetch(url, target, headers or {}, json)
            yield target

    async def _fetch(self, url: Address, target: Path, own: Mapping[str, str], body: Any) -> None:
        plain = {"Accept": "*/*", "Accept-Language": "ru,en;q=0.8", "Accept-Encoding": "identity"}
        timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, connect=CONNECT_SECONDS, sock_read=60)
        try:
            host = urlsplit(str(url)).netloc
            for _ in range(REDIRECTS + 1):
                check_address(str(url), allow_private=self._allow_private)
                headers = {**plain, **own} if urlsplit(str(url)).netloc == host else plain
                verb = "GET" if body is None else "POST"
                async with self._session.request(
                    verb, url, headers=headers, json=body, timeout=timeout, allow_redirects=False
                ) as response:
                    if response.status // 100 == 3 and "Location" in response.headers:
                        url, body = urljoin(str(url), response.headers["Location"]), None
                        continue
                    await _save(response, target)
                    return
            raise BadAnswer("too many redirects")
        except ForbiddenHost:
            raise
        except ValueError:  # a link is foreign text: half of an address is taken apart by nobody
            raise ForbiddenHost("not an address") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise Unreachable(f"download broke: {type(failure).__name__}") from None


def _tls_trouble(failure: Exception) -> str:
    """`tls` when the two could not agree on how to talk, `certificate` when the host is not who it says it is."""
    if isinstance(failure, aiohttp.ClientConnectorCertificateError):
        return "certificate"
    return "tls" if isinstance(failure, aiohttp.ClientSSLError) else ""


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    content = await response.content.read(ANSWER_LIMIT + 1)
    while len(content) <= ANSWER_LIMIT:
        more = await response.content.read(ANSWER_LIMIT + 1 - len(content))
        if not more:
            return content
        content += more
    raise BadAnswer("the answer is too large")


async def _save(response: aiohttp.ClientResponse, target: Path) -> None:
    """Streams the body; what is no recording at all is refused before it is kept."""
    if response.status in (401, 403, 404, 410):
        raise Gone(f"recording: status {response.status}", remote_code=str(response.status))
    if response.status == 429:
        raise RateLimited("recording: status 429", retry_after=_seconds(response.headers.get("Retry-After")))
    if response.status != 200:
        raise Unreachable(f"recording: status {response.status}", remote_code=str(response.status))
    kind = response.content_type
    if kind in NO_SOUND:
        raise BadAnswer(f"recording: {kind} instead of sound")
    size = 0
    with target.open("wb") as file:
        async for chunk in response.content.iter_chunked(256 * 1024):
            size += len(chunk)
            if size == len(chunk) and chunk.lstrip().startswith(b'{"error"'):
                raise BadAnswer("recording: an error instead of sound")
            if size > DOWNLOAD_LIMIT:
                raise BadAnswer("the recording is too large")
            await asyncio.to_thread(file.write, chunk)
    expected = response.content_length
    if size == 0 or (expected is not None and size != expected):
        raise Unreachable("the recording came in part only")


def _seconds(text: str | None) -> float | None:
    """A wait told in seconds; None for a date or nonsense."""
    try:
        return min(max(float(text or ""), 0.0), 3600.0)
    except ValueError:
        return None
