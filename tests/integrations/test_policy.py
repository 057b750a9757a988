"""No request leaves for a place that is not a public https host: by address, by name, by redirect."""

from pathlib import Path

import pytest
from aiohttp import web

from sandbox.serving import Server
from services.errors import BadAnswer, Gone, Unclear, Unreachable
from services.integrations.bitrix24 import parse_secret
from services.integrations.http import Http
from services.integrations.policy import ForbiddenHost, check_address, is_public, open_session


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "100.64.0.1",
        "fe80::1%eth0",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::",
        "2130706433",
        "127.1",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/rest/1/x/",
        "https://user:pass@portal.example/rest/1/x/",
        "https://127.0.0.1/rest/1/x/",
        "https://[::1]/rest/1/x/",
        "file:///etc/passwd",
        "https:///rest",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://127。0。0。1/",
        "https://１２７.０.０.１/",
        "https://[::ffff:7f00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://portal.example:0/",
        "https://portal.example:25/",
        "https://portal.example:65536/",
        "https://portal.example@127.0.0.1/",
        "https://portal.example\\@127.0.0.1/",
    ],
)
def test_addresses_that_are_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(ForbiddenHost):
        check_address(url, allow_private=False)


def test_portals_of_any_alphabet_may_be_called() -> None:
    for url in ("https://portal.example/", "https://портал.рф:8443/rest/", "https://93.184.216.34/"):
        check_address(url, allow_private=False)


@pytest.mark.parametrize("host", ["localhost", "0x7f000001", "0x7f.1"])
async def test_a_name_that_leads_home_is_refused(host: str) -> None:
    http = Http(guard=lambda: None, allow_private=False)
    try:
        with pytest.raises(ForbiddenHost):
            await http.post(f"https://{host}/rest/1/x/profile", {}, kind="read")
    finally:
        await http.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_no_connection_is_made_to_a_private_address_however_it_was_found(host: str) -> None:
    """Past the check of the form, the socket itself is refused."""
    async with open_session(allow_private=False) as session:
        with pytest.raises(ForbiddenHost):
            await session.get(f"https://{host}:9443/")


class Site(Server):
    """Answers of a badly behaved server."""

    def __init__(self) -> None:
        super().__init__()
        self.app.router.add_get("/away", self._away)
        self.app.router.add_get("/page", self._page)
        self.app.router.add_get("/gone", self._gone)
        self.app.router.add_get("/sound", self._sound)
        self.app.router.add_post("/slow", self._slow)

    async def _away(self, _request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "file:///etc/passwd"})

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    async def _gone(self, _request: web.Request) -> web.Response:
        return web.Response(status=404)

    async def _sound(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"RIFF" * 100, content_type="audio/wav")

    async def _slow(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


async def test_redirects_meet_the_policy_and_pages_are_no_recordings(tmp_path: Path) -> None:
    site, http = Site(), Http(guard=lambda: None, allow_private=True, scratch=tmp_path)
    await site.start()
    try:
        for path, failure in (("/away", ForbiddenHost), ("/page", BadAnswer), ("/gone", Gone)):
            with pytest.raises(failure):
                async with http.download(site.url + path):
                    pass
        async with http.download(f"{site.url}/sound", suffix=".wav") as file:
            assert file.read_bytes() == b"RIFF" * 100
        assert list(tmp_path.iterdir()) == []
    finally:
        await http.close()
        await site.stop()


async def test_a_lost_answer_is_unclear_for_a_write_and_harmless_for_a_read() -> None:
    site, http = Site(), Http(guard=lambda: None, allow_private=True)
    await site.start()
    url = f"{site.url}/slow?secret=topsecret"
    try:
        with pytest.raises(Unclear) as lost:
            await http.post(url, {}, kind="write")
        assert "topsecret" not in str(lost.value)
        with pytest.raises(Unreachable):
            await http.post(url, {}, kind="read")
    finally:
        await site.stop()
    with pytest.raises(Unreachable):
        await http.post(url, {}, kind="write")
    await http.close()


async def test_a_process_that_must_stand_back_sends_nothing() -> None:
    class Stop(Exception):
        pass

    def guard() -> None:
        raise Stop

    http = Http(guard=guard, allow_private=True)
    with pytest.raises(Stop):
        await http.post("http://127.0.0.1:9/x", {}, kind="write")
    await http.close()


@pytest.mark.parametrize(
    "pasted",
    [
        "https://acme.bitrix24.ru/rest/1/abc123/",
        "  https://acme.bitrix24.ru/rest/1/abc123  ",
        "https://acme.bitrix24.ru/rest/1/abc123/profile.json",
        "<https://acme.bitrix24.ru/rest/1/abc123/crm.deal.list>",
        "Вот: https://acme.bitrix24.ru/rest/1/abc123/ спасибо",
    ],
)
def test_what_people_paste_is_understood(pasted: str) -> None:
    assert parse_secret("webhook_url", pasted) == "https://acme.bitrix24.ru/rest/1/abc123/"
