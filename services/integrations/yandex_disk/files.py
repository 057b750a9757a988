"""A recording as it lies on the Disk, and which files are recordings at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

EXTENSIONS = frozenset(
    "mp3 wav ogg oga opus m4a aac flac wma amr 3gp 3gpp gsm webm mp4 mka caf aif aiff au mp2 mpga spx".split()
)
"""Telephony's own kinds among them, which Disk takes for data."""
HALF = ("tmp", "part", "crdownload", "partial", "download")


@dataclass(frozen=True)
class DiskFile:
    """`path` begins with `disk:/`. Sizes in bytes; what was not told is 0, empty or None."""

    path: str
    name: str
    resource_id: str
    size: int
    md5: str
    sha256: str
    mime_type: str
    media_type: str
    antivirus: str
    created: datetime | None
    modified: datetime | None
    revision: int

    @property
    def content(self) -> str:
        """The same for the same sound, wherever it lies and whatever it is called.

        A renamed or moved file keeps it, a copy has it too, another recording under the old name has not.
        """
        return self.md5.lower() or self.sha256.lower()[:64] or f"{self.resource_id[:80]}:{self.size}"

    @property
    def mark(self) -> str:
        """This very state of this very file, in 11 characters."""
        text = f"{self.resource_id}|{self.content}|{self.size}"
        return hashlib.blake2s(text.encode(), digest_size=5).hexdigest()

    @property
    def changed(self) -> float:
        """Epoch seconds, by Disk's clock, of the last change of any kind.

        `revision` is made by the server in microseconds; the two dates may be the uploader's own and are only
        asked when it is missing or makes no sense.
        """
        if self.revision > 10**15:
            return self.revision / 1e6
        return max((one.timestamp() for one in (self.created, self.modified) if one), default=0.0)

    @property
    def is_recording(self) -> bool:
        """By the name first; then by what Disk thinks it is."""
        if self.size <= 0 or self.name.startswith((".", "~")) or self.antivirus.lower() == "infected":
            return False
        extension = self.name.rpartition(".")[2].lower()
        if extension in HALF:
            return False
        return extension in EXTENSIONS or self.media_type == "audio" or self.mime_type.startswith("audio/")


FIELDS = (
    "type",
    "name",
    "path",
    "size",
    "md5",
    "sha256",
    "mime_type",
    "media_type",
    "antivirus_status",
    "created",
    "modified",
    "resource_id",
    "revision",
)
"""What is asked of each file."""


def file_of(row: Any) -> DiskFile | None:
    """A file of the library's; None for a folder and for what cannot be told apart or fetched."""
    if row.type != "file" or not row.path or not (row.resource_id or row.md5):
        return None
    return DiskFile(
        path=row.path,
        name=row.name or row.path.rpartition("/")[2],
        resource_id=row.resource_id or "",
        size=row.size or 0,
        md5=row.md5 or "",
        sha256=row.sha256 or "",
        mime_type=(row.mime_type or "").lower(),
        media_type=(row.media_type or "").lower(),
        antivirus=row.antivirus_status if isinstance(row.antivirus_status, str) else "",
        created=row.created,
        modified=row.modified,
        revision=row.revision or 0,
    )
