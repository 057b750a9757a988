"""Hosts with weak key exchange: refused by default, borne by consent, and never taken for somebody else."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sandbox.mts import Vpbx
from services.errors import Unreachable
from services.integrations.doors import Doors
from services.integrations.mts import tls
from services.integrations.mts.connector import Mts
from services.integrations.mts.vpbx import PLACE
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock, RemoteClock

HOST = "localhost"
WEAK_PARAMETERS = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""
"""A group of 1,024 bits (RFC 2409)."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of a host that signs for itself."""
    folder = tmp_path_factory.mktemp("papers")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "host.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    (folder / "weak.pem").write_text(WEAK_PARAMETERS)
    return folder


def weak_server(papers: Path) -> ssl.SSLContext:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
    server.load_cert_chain(papers / "host.pem")
    server.load_dh_params(str(papers / "weak.pem"))
    return server


def shake_hands(papers: Path, client: ssl.SSLContext, host: str = HOST) -> str:
    """Both sides in memory; returns the cipher they agreed on. Raises ssl.SSLError."""
    server = weak_server(papers)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname=host)
    theirs = server.wrap_bio(there, back, server_side=True)
    for side in (ours, theirs, ours, theirs, ours):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    cipher = ours.cipher()
    assert cipher is not None
    return cipher[0]


def trusting(papers: Path, context: ssl.SSLContext) -> ssl.SSLContext:
    context.load_verify_locations(papers / "host.pem")
    return context


def test_weak_key_exchange_is_refused_by_default(papers: Path) -> None:
    strict = trusting(papers, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    strict.set_ciphers("DEFAULT@SECLEVEL=2")
    with pytest.raises(ssl.SSLError, match="DH_KEY_TOO_SMALL"):
        shake_hands(papers, strict)


def test_weak_key_exchange_passes_by_consent(papers: Path) -> None:
    assert shake_hands(papers, trusting(papers, tls.lowered())).startswith("DHE")


def test_a_host_that_is_another_one_is_refused_all_the_same(papers: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(papers, tls.lowered())
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(papers, trusting(papers, tls.lowered()), host="other.example")


def doors_to(origin: str, clock: FakeClock) -> Doors:
    return Doors(
        clock=clock,
        throttle=LocalThrottle(clock),
        guard=lambda: None,
        allow_private_hosts=True,
        origins={PLACE.origin: origin},
    )


@pytest.fixture
async def weak_exchange(papers: Path, clock: FakeClock) -> AsyncIterator[str]:
    """The stand-in behind weak encryption."""
    stand = Vpbx(clock=RemoteClock(clock), token="token-of-a-test")
    runner = web.AppRunner(stand.app, access_log=None, shutdown_timeout=0.0)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0, ssl_context=weak_server(papers)).start()
    yield f"https://{HOST}:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("key", "options", "passes"),
    [
        ("weak-tls token-of-a-test", {}, True),
        ("token-of-a-test", {"weak_tls": "yes"}, True),
        ("weak-tls token-of-a-test", {"weak_tls": "no"}, False),
        ("token-of-a-test", {}, False),
    ],
)
async def test_consent_is_given_with_the_key_or_by_option_and_taken_back(
    weak_exchange: str,
    papers: Path,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    options: dict[str, str],
    passes: bool,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers / "host.pem"))
    connector = Mts({"cabinet": "vpbx", "vpbx_token": key}, options, doors_to(weak_exchange, clock))
    try:
        if passes:
            assert (await connector.check()).ok
        else:
            with pytest.raises(Unreachable):
                await connector.check()
    finally:
        await connector.close()


async def test_trouble_with_encryption_is_told_at_once_and_as_such(clock: FakeClock) -> None:
    """No use in trying again: the words ask for consent instead."""
    asked = 0

    async def talk_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"220 no encryption here\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk_plainly, "127.0.0.1", 0)
    origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    connector = Mts({"cabinet": "vpbx", "vpbx_token": "token-of-a-test"}, {}, doors_to(origin, clock))
    try:
        with pytest.raises(Unreachable) as raised:
            await connector.check()
    finally:
        await connector.close()
        server.close()
        await server.wait_closed()
    assert (raised.value.remote_code, asked) == ("tls", 1)
