"""The few calls we make, through the library, with our own patience and our own tokens."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from yadisk import AsyncClient
from yadisk.exceptions import YaDiskError

from services.errors import BadAnswer, Gone, RateLimited, RemoteError, Unauthorized, Unreachable
from services.integrations.doors import Doors
from services.integrations.http import Http
from services.integrations.yandex_disk import access
from services.integrations.yandex_disk.files import FIELDS, DiskFile, file_of
from services.integrations.yandex_disk.session import PolicySession

log = structlog.get_logger(__name__)
Told = TypeVar("Told")

PAGE = 200
"""Entries of a folder in one answer."""
READ_TRIES = 3
RENEW_BEFORE = timedelta(days=30)
"""A token lives about a year: there is time to try many times."""
RENEW_PAUSE = timedelta(hours=1)
LISTED = tuple(f"embedded.items.{field}" for field in FIELDS)
LISTING = ("type", "embedded.total", "embedded.limit", "embedded.offset", *LISTED)


@dataclass(frozen=True)
class Account:
    """`shared`: no Disk of ours, but a folder of that name that was given by a link."""

    login: str
    uid: str
    shared: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of one folder: the files, the paths of its folders, and how many entries there are in all."""

    files: tuple[DiskFile, ...]
    folders: tuple[str, ...]
    count: int
    total: int


class Client:
    """`secrets` holds a token and, after the way with a code, what renews it.

    `known_by` names the access where there is no token: requests are counted by it.
    """

    gone = "folder"
    """What the failure is called when no watched folder is there."""

    def __init__(self, secrets: Mapping[str, str], doors: Doors, *, known_by: str = "") -> None:
        self._secrets = dict(secrets)
        self._doors = doors
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
        )
        known_by = known_by or secrets.get("token", "")
        digest = hashlib.blake2s(known_by.encode(), digest_size=8).hexdigest()
        self._session = PolicySession(self.http, doors, f"yandex_disk:{digest}")
        self._disk = AsyncClient(
            token=secrets.get("token", ""), session=self._session, default_args={"n_retries": 0}
        )
        self._renew_at = self._moment_to_renew()

    def __repr__(self) -> str:
        return "Client(yandex_disk)"

    async def close(self) -> None:
        await self._disk.close()

    def disk_now(self) -> datetime:
        """The time by Disk's clock, as far as its answers told it."""
        return self._doors.clock.now() + self._session.ahead

    async def account(self) -> Account:
        user = (await self._read(lambda: self._disk.get_disk_info(fields=["user"]))).user
        if user is None or not (user.login or user.uid):
            raise BadAnswer("no owner told")
        return Account(user.login or user.uid or "", user.uid or "")

    async def listing(self, folder: str, offset: int = 0) -> Listing:
        """Entries in the order of their names. Raises Gone, for what is no folder as well."""
        fields = list(LISTING)
        return self._listing_of(
            await self._read(lambda: self._meta(folder, limit=PAGE, offset=offset, sort="name", fields=fields))
        )

    def _listing_of(self, row: Any) -> Listing:
        inner = row.embedded
        if inner is None or inner.items is None:
            if row.type == "file":
                raise Gone("a file, no folder", remote_code="file")
            raise BadAnswer("a folder without a list")
        rows = inner.items
        files = tuple(file for one in rows if (file := self._file_of(one)) is not None)
        folders = tuple(self._outer(one.path) for one in rows if one.type == "dir" and one.path)
        return Listing(files, folders, len(rows), inner.total or 0)

    async def latest(self, limit: int) -> tuple[DiskFile, ...]:
        """The files of the whole Disk uploaded last, the newest first; there is no second page."""
        fields = [f"items.{field}" for field in FIELDS]
        rows = await self._read(lambda: self._disk.get_last_uploaded(limit=limit, fields=fields))
        return tuple(file for row in rows if (file := file_of(row)) is not None)

    async def file(self, path: str) -> DiskFile | None:
        """The file as it is now; None for a folder. Raises Gone."""
        return self._file_of(await self._read(lambda: self._meta(path, fields=list(FIELDS))))

    async def link(self, path: str) -> str:
        """Where a file is fetched, without our token. It is good for one download, right now. Raises Gone."""
        return await self._read(lambda: self._link_to(path))

    def _meta(self, path: str, **asked: Any) -> Awaitable[Any]:
        return self._disk.get_meta(path, **asked)

    def _link_to(self, path: str) -> Awaitable[str]:
        return self._disk.get_download_link(path)

    def _outer(self, path: str) -> str:
        """A path as it was told, as it is known here."""
        return path

    def _file_of(self, row: Any) -> DiskFile | None:
        file = file_of(row)
        return None if file is None else replace(file, path=self._outer(file.path))

    async def _read(self, ask: Callable[[], Awaitable[Told]]) -> Told:
        """Repeated a few times when Disk is out of reach or talks nonsense, once with a renewed token."""
        await self._renew_in_time()
        for _ in range(READ_TRIES - 1):
            try:
                return await self._asked(ask)
            except RateLimited:
                raise
            except Unauthorized:
                if not await self._renew():
                    raise
            except (Unreachable, BadAnswer):
                await self._doors.clock.sleep(1.0)
        return await self._asked(ask)

    async def _asked(self, ask: Callable[[], Awaitable[Told]]) -> Told:
        try:
            return await ask()
        except (YaDiskError, ValueError, AttributeError, KeyError, TypeError) as failure:
            raise BadAnswer(f"not understood: {type(failure).__name__}") from None

    def _moment_to_renew(self) -> datetime | None:
        """None: this token cannot be renewed, or nobody knows how long it lives."""
        try:
            ends = datetime.fromisoformat(self._secrets.get("expires_at", ""))
        except ValueError:
            return None
        return ends - RENEW_BEFORE if ends.tzinfo is not None and "refresh_token" in self._secrets else None

    async def _renew_in_time(self) -> None:
        """The old token still works: a renewal that does not succeed now is tried again later."""
        now = self._doors.clock.now()
        if self._renew_at is None or now < self._renew_at:
            return
        self._renew_at = now + RENEW_PAUSE
        try:
            await self._renew()
        except RemoteError as failure:
            log.warning("yandex_token_not_renewed", failure=failure.code)

    async def _renew(self) -> bool:
        """Is there a token now that was not there before? Stored before it is used, by one process at a time."""
        if self._doors.safe is None or "refresh_token" not in self._secrets:
            return False
        async with self._doors.safe.renew() as renewal:
            stored = renewal.secrets
            if stored.get("token") == self._disk.token:
                tokens = await access.renewed(self.http, self._doors, stored)
                await renewal.save({**stored, **tokens})
                log.info("yandex_token_renewed")
            self._secrets = dict(renewal.secrets)
        self._disk.token = self._secrets.get("token", "")
        self._renew_at = self._moment_to_renew()
        return True
