"""A folder of somebody else's Disk, given to us by a link: read without any token.

What is inside counts its paths from that folder. To everybody here they look like those of a Disk: `disk:/…`.
"""

import hashlib
from collections.abc import Awaitable, Sequence
from typing import Any

from services.clean import without_controls
from services.errors import Gone, Rejected, Unauthorized
from services.integrations.doors import Doors
from services.integrations.yandex_disk.client import LISTING, Account, Client, Listing
from services.integrations.yandex_disk.files import DiskFile
from services.integrations.yandex_disk.folders import ROOT

LISTS = 5
"""Folders that one look for the latest files asks for at most."""
BRANCHES = 2
"""Of each folder so many of the newest folders in it: exporters like one for each day."""


class SharedClient(Client):
    """`folders` are the watched ones: where the latest files are looked for."""

    gone = "shared"

    def __init__(self, link: str, folders: Sequence[str], doors: Doors) -> None:
        super().__init__({"token": ""}, doors, known_by=link)
        self._link = link
        self._folders = tuple(folders)

    async def account(self) -> Account:
        """The name of the folder, and what tells it from all others. Raises Gone, for a single file as well."""
        fields = ["type", "name", "resource_id", "public_key"]
        try:
            row = await self._read(lambda: self._meta(ROOT, limit=1, fields=fields))
        except Gone as failure:
            raise Gone(failure.detail, remote_code=self.gone) from None
        if row.type == "file":
            raise Gone("a file, no folder", remote_code="shared_file")
        identity = row.resource_id or row.public_key or self._link
        name, digest = without_controls(row.name or ""), hashlib.blake2s(identity.encode(), digest_size=5)
        return Account(name, digest.hexdigest(), shared=True)

    async def latest(self, limit: int) -> tuple[DiskFile, ...]:
        """There is no such list of a shared folder: the newest of the watched ones and of the newest inside them.

        Files that lie elsewhere are found by the next walk. Raises Gone when no watched folder is there.
        """
        places, listings = list(self._folders), list[Listing]()
        for _ in range(LISTS):
            listing = await self._newest(places.pop(0), limit) if places else None
            if listing is not None:
                listings.append(listing)
                places += listing.folders[:BRANCHES]
        if not listings:
            raise Gone("no watched folder is there", remote_code=self.gone)
        files = {file.path: file for listing in listings for file in listing.files}
        return tuple(sorted(files.values(), key=lambda file: file.changed, reverse=True)[:limit])

    async def link(self, path: str) -> str:
        """Raises Rejected for a file that is closed while the folder is open."""
        try:
            return await super().link(path)
        except Unauthorized as failure:
            await self.account()
            raise Rejected(failure.detail, remote_code=failure.remote_code) from None

    async def _newest(self, folder: str, limit: int) -> Listing | None:
        """None: it is not there; the next walk tells."""
        fields = list(LISTING)
        try:
            row = await self._read(lambda: self._meta(folder, limit=limit, sort="-created", fields=fields))
        except Gone:
            return None
        return self._listing_of(row)

    def _meta(self, path: str, **asked: Any) -> Awaitable[Any]:
        return self._disk.get_public_meta(self._link, path=_inner(path), **asked)

    def _link_to(self, path: str) -> Awaitable[str]:
        return self._disk.get_public_download_link(self._link, path=_inner(path))

    def _outer(self, path: str) -> str:
        return ROOT + path.lstrip("/")


def _inner(path: str) -> str:
    return "/" + path.removeprefix(ROOT)
