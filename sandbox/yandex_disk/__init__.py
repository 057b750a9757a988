"""A strict Yandex Disk over real HTTP: folders, uploads, downloads by one-time links, and Yandex's tokens."""

from sandbox.yandex_disk.disk import Disk
from sandbox.yandex_disk.tree import Node

__all__ = ["Disk", "Node"]
