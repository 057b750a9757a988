"""Which hosts may be called: public addresses over https only, unless the installation allows private ones.

The check is made where the connection is made, on the very addresses that were resolved: a name that
points somewhere else a moment later, or a redirect, meets the same check.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from services.errors import Rejected


class ForbiddenHost(Rejected):
    """The address is not one that may be called."""

    code = "forbidden_host"


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 hosts as a network without IPv4 reaches them (NAT64)."""


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    inner = _inner(ip)
    if inner is not None:
        ip = inner
    return ip.is_global and not ip.is_multicast


def _inner(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one only wraps: mapped, 6to4 or translated."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def check_address(url: str, *, allow_private: bool) -> None:
    """The form of an address, before anything is resolved. Raises ForbiddenHost."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        raise ForbiddenHost("address with a user name or without a host")
    if allow_private:
        if parts.scheme not in ("http", "https"):
            raise ForbiddenHost("neither http nor https")
        return
    if parts.scheme != "https":
        raise ForbiddenHost("not https")
    if not _is_web_port(parts):
        raise ForbiddenHost("a port of another service")
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    if not is_public(parts.hostname):
        raise ForbiddenHost("a private address")


def _is_web_port(parts: SplitResult) -> bool:
    """Portals of their own live on high ports; the low ones belong to mail, shells and the like."""
    try:
        port = parts.port
    except ValueError:
        return False
    return port is None or port == 443 or port >= 1024


class PublicResolver(AbstractResolver):
    """Leaves out every address that is not public."""

    def __init__(self) -> None:
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if is_public(one["host"])]
        if not allowed:
            raise ForbiddenHost("a private address behind a public name")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


def open_session(*, allow_private: bool, **options: Any) -> aiohttp.ClientSession:
    """A session whose connections obey the policy; it never follows redirects by itself."""
    resolver = None if allow_private else PublicResolver()
    connector = aiohttp.TCPConnector(resolver=resolver, limit=20, force_close=False)
    return aiohttp.ClientSession(connector=connector, **options)
