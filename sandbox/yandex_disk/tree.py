"""What lies on a Disk. Every change gives a new revision: microseconds, never twice the same."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sandbox.clock import Clock
from sandbox.yandex_disk.errors import not_found

MEDIA = {"mp3": "audio/mpeg", "wav": "audio/x-wav", "ogg": "audio/ogg", "m4a": "audio/mp4", "jpg": "image/jpeg"}


@dataclass
class Node:
    """A file or, with `content` None, a folder."""

    resource_id: str
    name: str
    content: bytes | None
    created: float
    modified: float
    revision: int
    uploaded: int = 0
    """Order of uploads."""
    md5: str = ""
    sha256: str = ""
    mime_type: str = ""
    media_type: str = ""
    antivirus: str = "clean"
    locked: bool = False
    parent: "Node | None" = None
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def is_folder(self) -> bool:
        return self.content is None

    @property
    def path(self) -> str:
        if self.parent is None:
            return "disk:/"
        return f"{self.parent.path.rstrip('/')}/{self.name}"


class Tree:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._revision = 0
        self._count = 0
        self.root = self._node("disk", None)

    def _node(self, name: str, content: bytes | None) -> Node:
        self._count += 1
        now = self.clock.now()
        number = hashlib.sha256(str(self._count).encode()).hexdigest()
        return Node(f"455675172:{number}", name, content, now, now, self._next_revision(), self._count)

    def _next_revision(self) -> int:
        self._revision = max(self._revision + 1, int(self.clock.now() * 1e6))
        return self._revision

    def find(self, path: str) -> Node:
        """Raises DiskError; names are compared letter by letter."""
        node = self.root
        for name in [part for part in path.removeprefix("disk:").split("/") if part]:
            child = node.children.get(name)
            if child is None:
                raise not_found()
            node = child
        return node

    def folder(self, path: str) -> Node:
        """The folder, made with all above it when it is not there."""
        node = self.root
        for name in [part for part in path.removeprefix("disk:").split("/") if part]:
            if name not in node.children:
                child = self._node(name, None)
                child.parent = node
                node.children[name] = child
            node = node.children[name]
        return node

    def upload(self, path: str, content: bytes, *, dated: float | None = None) -> Node:
        """A new file, or other content for one that is there: it keeps its id and its date of creation.

        `dated` is a date that a sync client has brought along, in epoch seconds.
        """
        place = PurePosixPath(path.removeprefix("disk:"))
        folder = self.folder(str(place.parent))
        node = folder.children.get(place.name)
        if node is None:
            node = self._node(place.name, b"")
            node.parent = folder
            folder.children[place.name] = node
            if dated is not None:
                node.created = node.modified = dated
            mime = MEDIA.get(place.suffix.lstrip(".").lower(), "application/octet-stream")
            node.mime_type, node.media_type = mime, mime.split("/", 1)[0].replace("application", "data")
        else:
            node.modified = self.clock.now() if dated is None else dated
            node.revision = self._next_revision()
        self._fill(node, content)
        return node

    def _fill(self, node: Node, content: bytes) -> None:
        node.content = content
        node.md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        node.sha256 = hashlib.sha256(content).hexdigest()

    def move(self, node: Node, path: str, *, bumps: bool = True) -> None:
        """Renames or moves. Whether that gives a new revision nobody has written down: `bumps` chooses."""
        assert node.parent is not None, "the root stays"
        place = PurePosixPath(path.removeprefix("disk:"))
        del node.parent.children[node.name]
        node.parent, node.name = self.folder(str(place.parent)), place.name
        node.parent.children[node.name] = node
        if bumps:
            node.revision = self._next_revision()

    def copy(self, node: Node, path: str) -> Node:
        assert node.content is not None, "only files are copied"
        return self.upload(path, node.content)

    def remove(self, node: Node) -> None:
        assert node.parent is not None, "the root stays"
        del node.parent.children[node.name]
        node.parent = None

    def files(self, node: Node | None = None) -> Iterator[Node]:
        for child in (node or self.root).children.values():
            if child.is_folder:
                yield from self.files(child)
            else:
                yield child


def sort_key(sort: str) -> Any:
    """For `sorted`; by the bare name of the field."""
    return {
        "name": lambda node: node.name,
        "path": lambda node: node.path,
        "created": lambda node: node.created,
        "modified": lambda node: node.modified,
        "size": lambda node: len(node.content or b""),
    }[sort]
