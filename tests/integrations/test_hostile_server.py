"""A server that means us harm: it leads home, never ends, is slow, explodes, or says more than anybody reads.

It stands at a second loopback address that counts as public here, with a certificate of its own: the real policy
is at work, with the first loopback address as the home it must not lead to.
"""

import asyncio
import gzip
import ipaddress
import resource
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import unused_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.errors import BadAnswer, RemoteError, Unreachable
from services.integrations import http as module
from services.integrations import policy
from services.integrations.http import Http
from services.integrations.policy import ForbiddenHost

AWAY, HOME = "127.0.0.2", "127.0.0.1"
NAME = "portal.test"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n"
IN_PIECES = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address(AWAY))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, secret


class Names(AbstractResolver):
    """A name server that changes its mind with every question."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        address = self.answers.pop(0)
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


class Foe:
    """Answers every request with the same bytes; `homely` counts connections that came home."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self.port = unused_port()
        self.says: list[bytes] = []
        self.repeats = b""
        self.waits = False
        self.came = 0
        self.homely = 0
        self.sent = 0
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        self._servers = [
            await asyncio.start_server(self._serve, AWAY, self.port, ssl=self._tls),
            await asyncio.start_server(self._home, HOME, self.port),
        ]

    async def stop(self) -> None:
        for server in self._servers:
            server.close()

    async def _home(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.homely += 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.says.pop(0))
            await writer.drain()
            while self.repeats and not writer.is_closing() and not reader.at_eof():
                await asyncio.sleep(0)
                writer.write(self.repeats)
                self.sent += len(self.repeats)
                await writer.drain()
            if self.waits:
                await reader.read()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    @property
    def url(self) -> str:
        return f"https://{AWAY}:{self.port}/recording"


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def foe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Foe]:
    cert, key = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    real = policy.is_public
    monkeypatch.setattr(policy, "is_public", lambda address: address == AWAY or real(address))
    server = Foe(tls)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http(tmp_path: Path, foe: Foe, names: Names) -> AsyncIterator[Http]:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(tmp_path / "cert.pem")
    opened = Http(guard=lambda: None, allow_private=False, tls=trusting, resolver=names, read_timeout=1.0)
    yield opened
    await opened.close()


async def fetch(http: Http, url: str) -> bytes:
    async with http.download(url) as file:
        return file.read_bytes()


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_an_honest_answer_passes(http: Http, foe: Foe, names: Names) -> None:
    foe.says = [HEAD + b"Content-Length: 4\r\n\r\nsong"] * 2
    names.answers = [AWAY]
    assert await fetch(http, foe.url) == b"song"
    assert await fetch(http, f"https://{NAME}:{foe.port}/x") == b"song"


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://2130706433:{port}/",
        "https://0177.0.0.1:{port}/",
        "https://user@127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "file:///etc/passwd",
        "https://portal.test:22/",
        "https://[",
    ],
)
async def test_no_redirect_leads_home(http: Http, foe: Foe, to: str) -> None:
    foe.says = [redirect(to.format(port=foe.port))]
    with pytest.raises(ForbiddenHost):
        await fetch(http, foe.url)
    assert foe.homely == 0


async def test_redirects_are_few(http: Http, foe: Foe) -> None:
    foe.says = [redirect("/again")] * 10
    with pytest.raises(BadAnswer):
        await fetch(http, foe.url)
    assert foe.came == module.REDIRECTS + 1


async def test_a_name_that_turns_home_is_caught_where_the_connection_is_made(
    http: Http, foe: Foe, names: Names
) -> None:
    names.answers = [HOME]
    with pytest.raises(ForbiddenHost):
        await fetch(http, f"https://{NAME}:{foe.port}/x")
    names.answers = [AWAY, HOME]
    foe.says = [redirect(f"https://other.test:{foe.port}/")]
    with pytest.raises(ForbiddenHost):
        await fetch(http, f"https://{NAME}:{foe.port}/x")
    assert (foe.homely, names.asked) == (0, 3)


async def test_an_endless_body_is_cut_off(http: Http, foe: Foe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOWNLOAD_LIMIT", 1024 * 1024)
    foe.says, foe.repeats = [IN_PIECES] * 2, b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with pytest.raises(BadAnswer):
        await fetch(http, foe.url)
    assert foe.sent < 32 * module.DOWNLOAD_LIMIT
    with pytest.raises(BadAnswer):
        await http.request("GET", foe.url, kind="read")


async def test_a_slow_body_is_not_waited_for(http: Http, foe: Foe) -> None:
    foe.says, foe.waits = [HEAD + b"Content-Length: 100\r\n\r\nx"], True
    with pytest.raises(Unreachable):
        await http.request("GET", foe.url, kind="read")


async def test_a_bomb_does_not_go_off(http: Http, foe: Foe) -> None:
    """200 MB of nothing in 200 KB."""
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 6)
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    foe.says = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + bomb]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RemoteError):
        await http.request("GET", foe.url, kind="read")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/plain; charset=utf-8"])
async def test_what_is_no_sound_is_not_kept(http: Http, foe: Foe, kind: str) -> None:
    foe.says = [f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 2\r\n\r\nok".encode()]
    with pytest.raises(BadAnswer):
        await fetch(http, foe.url)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(200_000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00" * 4096,
        b"",
    ],
)
async def test_headers_beyond_measure_and_nonsense_are_failures_of_the_line(
    http: Http, foe: Foe, answer: bytes
) -> None:
    foe.says = [answer] * 2
    with pytest.raises(Unreachable):
        await http.request("GET", foe.url, kind="read")
    with pytest.raises(Unreachable):
        await fetch(http, foe.url)
