"""Which hosts may be called: public addresses over https only, unless the installation allows private ones.

The check is made where the connection is made, on the very addresses that were resolved: a name that
points somewhere else a moment later, or a redirect, meets the same check. Addresses are taken apart by the
client's own parser: what another one reads differently would slip through between the two.

All integrations go out through here, their libraries as well. The model and the speech server do not: whoever
installs the product chooses these two, and they may well stand in the next room.
"""

import ipaddress
import socket
import ssl
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.errors import Rejected


class ForbiddenHost(Rejected):
    """The address is not one that may be called."""

    code = "forbidden_host"


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 hosts as a network without IPv4 reaches them (NAT64)."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that was ever given out: outside of it are wrapped, local and retired addresses."""


def is_public(address: str) -> bool:
    """False for what is no plain address, too: `127.1` and `2130706433` are homes to the system's resolver."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    ip = _inner(ip) or ip
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
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
    try:
        parts = URL(url)
    except ValueError:
        raise ForbiddenHost("not an address") from None
    host = parts.raw_host
    if parts.raw_user is not None or parts.raw_password is not None or not host:
        raise ForbiddenHost("address with a user name or without a host")
    if allow_private:
        if parts.scheme not in ("http", "https"):
            raise ForbiddenHost("neither http nor https")
        return
    if parts.scheme != "https":
        raise ForbiddenHost("not https")
    if not _is_web_port(parts.port):
        raise ForbiddenHost("a port of another service")
    if _is_resolved_already(host) and not is_public(host):
        raise ForbiddenHost("a private address")


def _is_web_port(port: int | None) -> bool:
    """Portals of their own live on high ports; the low ones belong to mail, shells and the like."""
    return port == 443 or (port is not None and port >= 1024)


def _is_resolved_already(host: str) -> bool:
    """The client connects to such a host as it is, without asking the resolver."""
    return ":" in host or host.replace(".", "").isdigit()


class PublicResolver(AbstractResolver):
    """Leaves out every address that is not public. `inner` is who is asked: the system, unless told otherwise."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or aiohttp.ThreadedResolver()

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


def _open_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """The last door: no connection is made to what is not public, however its address was found."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise ForbiddenHost("a private address")
    return socket.socket(family, kind, protocol)


def open_session(
    *,
    allow_private: bool,
    tls: ssl.SSLContext | None = None,
    resolver: AbstractResolver | None = None,
    **options: Any,
) -> aiohttp.ClientSession:
    """A session whose connections obey the policy; it never follows redirects by itself."""
    secured = tls or True
    if allow_private:
        connector = aiohttp.TCPConnector(limit=20, ssl=secured)
    else:
        connector = aiohttp.TCPConnector(
            limit=20, ssl=secured, resolver=PublicResolver(resolver), socket_factory=_open_socket
        )
    return aiohttp.ClientSession(connector=connector, **options)
