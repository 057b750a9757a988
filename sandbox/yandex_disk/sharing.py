"""What its owner has given to others by a link: read without a token, seen as a Disk of its own."""

import secrets
from dataclasses import dataclass, field

from sandbox.yandex_disk.errors import DiskError, not_found
from sandbox.yandex_disk.tree import Node

HOSTS = ("https://disk.yandex.ru/d/", "https://yadi.sk/d/")


@dataclass
class Share:
    node: Node
    link: str
    password: bool = False
    """Nobody reads it without a password, and there is no way to give one here."""
    forbidden: bool = False
    """Its owner lets nobody download: then nothing is told of it either."""
    closed: set[str] = field(default_factory=set)
    """Names of files that nobody may download while the others are open."""
    quota_status: int = 0
    """Once so many have downloaded from it today, this is what is answered: 429, or 403."""
    quota_hits_lists: bool = False
    """The limit has been seen to keep lists away, too."""


class Shares:
    def __init__(self) -> None:
        self._by_key: dict[str, Share] = {}

    def publish(self, node: Node) -> Share:
        key = secrets.token_urlsafe(10)
        share = Share(node, HOSTS[0] + key)
        self._by_key[key] = share
        return share

    def withdraw(self, share: Share) -> None:
        self._by_key = {key: one for key, one in self._by_key.items() if one is not share}

    def find(self, public_key: str, path: str, *, downloads: bool) -> tuple[Share, Node]:
        """The place inside it; `path` begins with a slash. Raises DiskError."""
        share = self._by_key.get(next((public_key.removeprefix(h) for h in HOSTS if public_key.startswith(h)), ""))
        if share is None or not path.startswith("/"):
            raise not_found()
        if share.password:
            raise DiskError(403, "DiskSymlinkPasswordRequiredError", "Password required.")
        if share.forbidden:
            raise DiskError(403, "ForbiddenError", "Access denied.")
        if share.quota_status and (downloads or share.quota_hits_lists):
            raise DiskError(share.quota_status, "DiskResourceDownloadLimitExceededError", "Limit exceeded.")
        if downloads and path.rpartition("/")[2] in share.closed:
            raise DiskError(403, "ForbiddenError", "Access denied.")
        return share, inside(share.node, path)


def inside(node: Node, path: str) -> Node:
    for name in [part for part in path.split("/") if part]:
        child = node.children.get(name)
        if child is None:
            raise not_found()
        node = child
    return node
