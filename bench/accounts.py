"""Stand-ins of connected accounts in a process of their own, so that only the product's cost is measured.

Started by the benchmarks: `python -m bench.accounts COUNT KIND...`. Prints one line of JSON: by kind, what is
stored of each account, and where the addresses are that the product knows by heart. Every address of the loopback
network and every token is another account to us. Afterwards each line of input is an order, answered with the
number of requests until then: `call N` adds so many calls to every stand-in, `asked` adds nothing.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.amocrm import Account
from sandbox.bitrix24 import Portal
from sandbox.macrocrm import Installation, Settings
from sandbox.mts import Vpbx
from sandbox.novofon import Cabinet
from sandbox.serving import Server
from sandbox.yandex_disk import Disk

EVERYWHERE = "0.0.0.0"  # noqa: S104 - so that all loopback addresses lead here


class AnyOf(str):
    """A token that fits whatever begins like it: one stand-in for the tokens of many accounts."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str(other).startswith(str(self))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


@dataclass(frozen=True)
class Stand:
    """`secrets` are of the account with this number and address (`host:port`); `call` adds one call."""

    servers: Sequence[Server]
    secrets: Callable[[int, str], Mapping[str, str]]
    call: Callable[[], object]
    usual: Sequence[str] = field(default_factory=tuple)
    """Addresses that the product knows by heart."""


def bitrix24() -> Stand:
    portal = Portal()
    return Stand(
        [portal],
        lambda _, address: {"webhook_url": f"http://{address}/rest/1/{portal.secret}/"},
        lambda: portal.add_call(activity=False),
    )


def amocrm() -> Stand:
    account = Account(limits=False)
    token, contact = account.access.long_lived(), account.add_contact("Иван", "+79000000011")
    return Stand(
        account.servers,
        lambda _, address: {"way": "token", "address": f"http://{address}", "token": token},
        lambda: account.add_call(contact=contact),
    )


def macrocrm() -> Stand:
    installation = Installation(settings=Settings(limits=False))
    return Stand(
        [installation],
        lambda _, address: {
            "base_url": f"http://{address}{installation.settings.prefix}",
            "token": installation.key,
        },
        installation.add_call,
    )


def novofon() -> Stand:
    cabinet = Cabinet(token=AnyOf("token-of-the-cabinet"))
    cabinet.limits.minute_limit = cabinet.limits.day_limit = 10**6
    return Stand(
        [cabinet],
        lambda number, _: {"cabinet": "novofon", "access": "token", "access_token": f"{cabinet.token!s}{number}"},
        cabinet.add_call,
        ("https://dataapi-jsonrpc.novofon.ru", "https://app.novofon.ru"),
    )


def mts() -> Stand:
    exchange = Vpbx(token=AnyOf("vpbx-token-of-the-stand-in"))
    return Stand(
        [exchange],
        lambda number, _: {"cabinet": "vpbx", "vpbx_token": f"{exchange.token!s}{number}"},
        exchange.add_leg,
        ("https://vpbx.mts.ru",),
    )


def yandex_disk() -> Stand:
    disk = Disk()
    disk.tree.folder("disk:/Calls")
    count = 0

    def upload() -> None:
        nonlocal count
        count += 1
        disk.tree.upload(f"disk:/Calls/{count}.mp3", b"ID3" + count.to_bytes(4, "big"))

    return Stand(
        [disk],
        lambda _number, _: {"way": "token", "token": disk.tokens.new_token(), "folders": "disk:/Calls"},
        upload,
        ("https://cloud-api.yandex.net", "https://oauth.yandex.ru"),
    )


STANDS: Mapping[str, Callable[[], Stand]] = {
    "bitrix24": bitrix24,
    "amocrm": amocrm,
    "macrocrm": macrocrm,
    "novofon": novofon,
    "mts": mts,
    "yandex_disk": yandex_disk,
}


class Street:
    """All stand-ins of the process, with a count of what they were asked."""

    def __init__(self, count: int, kinds: Sequence[str]) -> None:
        self._count = count
        self._stands = {kind: STANDS[kind]() for kind in kinds}
        self._asked = 0

    async def open(self) -> None:
        accounts: dict[str, list[dict[str, str]]] = {}
        origins: dict[str, str] = {}
        for kind, stand in self._stands.items():
            for server in stand.servers:
                server.app.middlewares.append(self._noting)
                await server.start(EVERYWHERE)
            port = stand.servers[0].url.rpartition(":")[2]
            origins |= dict.fromkeys(stand.usual, f"http://127.0.0.1:{port}")
            accounts[kind] = [
                dict(stand.secrets(number, f"127.0.{1 + number // 250}.{1 + number % 250}:{port}"))
                for number in range(self._count)
            ]
        print(json.dumps({"accounts": accounts, "origins": origins}), flush=True)

    @web.middleware
    async def _noting(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._asked += 1
        return await handler(request)

    def obey(self, order: str) -> None:
        word, _, number = order.strip().partition(" ")
        if word == "call":
            for stand in self._stands.values():
                for _ in range(int(number)):
                    stand.call()
        print(self._asked, flush=True)


async def run(count: int, kinds: Sequence[str]) -> None:
    street = Street(count, kinds)
    await street.open()
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := await orders.readline():
        street.obey(order.decode())


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), sys.argv[2:]))
