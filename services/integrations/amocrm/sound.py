"""Recordings. They lie at the telephony, not in the account: our token is for the account's own hosts only."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from services.domain.call import FoundCall
from services.errors import BadAnswer, Gone, Rejected, Unreachable
from services.integrations.amocrm.address import is_account_host
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import fields

log = structlog.get_logger(__name__)

EXTENSIONS = frozenset({".mp3", ".wav", ".ogg", ".oga", ".opus", ".m4a", ".flac", ".webm", ".mp4"})
FILES = "/v1.0/files/"
"""A file of the account's own storage: its description says where the sound is."""
HEAD = 512


class Sound:
    """`drive` is the origin of the account's own storage; empty when it has none."""

    def __init__(self, client: Client, drive: str) -> None:
        self._client = client
        self._drive = drive

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: no link yet, it has expired, its host is out of reach, or there is a page instead of sound.

        A link may be replaced later: whoever waits asks for the call anew before the next try.
        """
        async with AsyncExitStack() as stack:
            yield await self._fetched(call.refs.get("link", ""), stack)

    async def _fetched(self, link: str, stack: AsyncExitStack) -> Path | None:
        if not link:
            return None
        try:
            headers = await self._own_headers(link)
            if headers and FILES in link:
                link = await self._in_storage(link, headers)
                headers = await self._own_headers(link)
            download = self._client.http.download(link, headers=headers, suffix=_suffix(link))
            path = await stack.enter_async_context(download)
        except (Rejected, BadAnswer, Unreachable) as failure:
            log.info("amocrm_recording_not_read", failure=failure.code)
            return None
        return None if _is_page(path) else path

    async def _own_headers(self, link: str) -> dict[str, str]:
        """The token, for the account itself and its storage; nothing for anybody else."""
        own, drive = {self._client.account}, _netloc(self._drive)
        if is_account_host(drive):
            own.add(drive)
        if _netloc(link) not in own or link.partition(":")[0] != self._client.origin.partition(":")[0]:
            return {}
        return {"Authorization": f"Bearer {await self._client.tokens.get_token()}"}

    async def _in_storage(self, link: str, headers: dict[str, str]) -> str:
        answer = await self._client.http.request("GET", link, kind="read", headers=headers)
        try:
            told = json.loads(answer.body)
        except (ValueError, RecursionError):
            told = None
        href = fields(fields(fields(told).get("_links")).get("download")).get("href")
        if answer.status != 200 or not isinstance(href, str):
            raise Gone(f"storage: status {answer.status}")
        return href


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _suffix(link: str) -> str:
    extension = Path(link.partition("?")[0]).suffix.lower()
    return extension if extension in EXTENSIONS else ".mp3"


def _is_page(path: Path) -> bool:
    """A player or a login page that is said to be a mere file."""
    with path.open("rb") as file:
        head = file.read(HEAD).lstrip().lower()
    return head.startswith((b"<!doctype", b"<html", b"<?xml", b"{"))
