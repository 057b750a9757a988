"""Recordings: fetched where telephony keeps them, without our token; a page is never taken for sound."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.faults import Fault
from services.domain.call import FoundCall
from services.integrations.amocrm.connector import AmoCrm
from tests.integrations.amocrm.conftest import Bench

SOUND = b"ID3\x04 sound"


async def heard(connector: AmoCrm, call: FoundCall) -> bytes | None:
    async with connector.recording(call) as path:
        return None if path is None else path.read_bytes()


async def found(bench: Bench, recording: bytes | None = SOUND, **params: Any) -> FoundCall:
    cursor = await bench.start()
    call = bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"), recording=recording)
    if params:
        bench.account.edit(call.notes[0], **params)
    return await bench.only_call(cursor)


async def test_the_token_stays_with_the_account(bench: Bench) -> None:
    assert await heard(bench.connector, await found(bench)) == SOUND
    assert bench.account.pbx.leaked == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
async def test_a_link_that_has_expired_is_no_recording_yet(bench: Bench, status: int) -> None:
    call = await found(bench)
    bench.account.faults.add(Fault("status", "download", status=status, body="closed"))
    assert await heard(bench.connector, call) is None
    assert await heard(bench.connector, call) == SOUND


PAGES = [b"  <!DOCTYPE html><html>login", b"\n<HTML>player", b'<?xml version="1.0"?>', b'{"error": "no"}']


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_that_is_said_to_be_a_file_is_no_recording(bench: Bench, page: bytes) -> None:
    bench.account.pbx.kind = "application/octet-stream"
    assert await heard(bench.connector, await found(bench, page)) is None


async def test_any_kind_of_file_is_taken(bench: Bench) -> None:
    bench.account.pbx.kind = "application/octet-stream"
    assert await heard(bench.connector, await found(bench)) == SOUND


LINKS = [
    "http://127.0.0.1:9/r.mp3",
    "ftp://pbx.example/r.mp3",
    "file:///etc/passwd",
    "not a link",
    "http://[::1",
    "//",
]


@pytest.mark.parametrize("link", LINKS)
async def test_a_link_that_leads_nowhere_is_no_recording(bench: Bench, link: str) -> None:
    assert await heard(bench.connector, await found(bench, None, link=link)) is None


@pytest.mark.parametrize("link", [None, "", [], {}, 0, False])
async def test_a_link_that_is_none(bench: Bench, link: Any) -> None:
    call = await found(bench, None, link=link)
    assert await heard(bench.connector, call) is None
    assert "link" not in call.refs or call.refs["link"] == "0"


async def test_a_private_address_is_not_called_where_that_is_not_allowed(bench: Bench) -> None:
    call = await found(bench)
    assert await heard(bench.open(allow_private_hosts=False), call) is None


async def test_a_file_in_the_accounts_own_storage_is_asked_for_with_the_token(bench: Bench) -> None:
    """Its description says where the sound is; the sound may lie elsewhere, and needs no token there."""
    bench.account.stored["u-1"] = bench.account.pbx.put("stored.mp3", SOUND)
    call = await found(bench, None, link=f"{bench.account.url}/v1.0/files/u-1")
    assert await heard(bench.connector, call) == SOUND
    assert bench.account.pbx.leaked == 0
    bench.account.stored.clear()
    assert await heard(bench.connector, call) is None


async def test_the_storage_of_another_host_gets_no_token(bench: Bench) -> None:
    """What the account names as its storage is believed under the vendor's own domains only."""
    bench.settings["drive"] = bench.account.pbx.url
    call = await found(bench)
    assert await heard(bench.open(), call) == SOUND
    assert bench.account.pbx.leaked == 0


async def test_a_replaced_link_is_heard_once_the_call_is_asked_for_anew(bench: Bench) -> None:
    cursor = await bench.start()
    made = bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"), recording=b"ID3 old")
    call = await bench.only_call(cursor)
    bench.account.pbx.files.clear()
    assert await heard(bench.connector, call) is None
    bench.account.attach_recording(made, SOUND)
    (fresh,) = await bench.connector.refresh([replace(call)])
    assert await heard(bench.connector, fresh) == SOUND
