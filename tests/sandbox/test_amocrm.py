"""The account stand-in answers as an account does, its oddities included."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from sandbox.amocrm import Account
from sandbox.clock import Clock

NOTE = {"note_type": "common", "params": {"text": "Итог"}}


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    made = Account(clock=Clock(frozen_at=1_800_000_000), limits=False)
    for server in made.servers:
        await server.start()
    yield made
    for server in made.servers:
        await server.stop()


async def ask(
    account: Account, method: str, path: str, body: Any = None, *, token: str = ""
) -> tuple[int, str, Any]:
    """Status, kind of the content, and the content."""
    headers = {"Authorization": f"Bearer {token or account.access.long_lived()}"}
    url = f"{account.url}/api/v4/{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body, allow_redirects=False) as answer,
    ):
        is_json = "json" in answer.content_type
        return (
            answer.status,
            answer.content_type,
            await (answer.json(content_type=None) if is_json else answer.text()),
        )


async def test_errors_are_problems(account: Account) -> None:
    status, kind, body = await ask(account, "GET", "nonsense")
    assert (status, kind, body["status"]) == (404, "application/problem+json", 404)
    assert (await ask(account, "GET", "leads", token="foreign"))[0] == 401
    assert (await ask(account, "POST", "calls", []))[0] == 404
    assert (await ask(account, "PATCH", "leads/1", {}))[0] == 404
    assert (await ask(account, "DELETE", "leads/1", {}))[0] == 405


async def test_an_empty_list_is_no_content(account: Account) -> None:
    assert (await ask(account, "GET", "contacts/notes"))[::2] == (204, "")


async def test_a_page_too_large_is_refused(account: Account) -> None:
    assert (await ask(account, "GET", "leads?limit=251"))[0] == 400
    assert (await ask(account, "GET", "events?limit=101"))[0] == 400


async def test_only_the_link_says_that_there_is_more(account: Account) -> None:
    for _ in range(3):
        account.add_lead("Сделка")
    _, _, first = await ask(account, "GET", "leads?limit=2&with=contacts")
    href = first["_links"]["next"]["href"]
    assert href.startswith(f"{account.url}/api/v4/leads?")
    assert parse_qs(urlsplit(href).query) == {"limit": ["2"], "with": ["contacts"], "page": ["2"]}
    _, _, last = await ask(account, "GET", "leads?limit=2&page=2")
    assert "next" not in last["_links"]


async def test_a_bare_moment_is_equality(account: Account) -> None:
    account.add_call(contact=account.add_contact("Иван", "+79000000001"))
    now = account.now()
    assert (await ask(account, "GET", f"contacts/notes?filter[updated_at]={now}"))[0] == 200
    assert (await ask(account, "GET", f"contacts/notes?filter[updated_at]={now - 1}"))[0] == 204
    account.wants.from_includes = False
    assert (await ask(account, "GET", f"contacts/notes?filter[updated_at][from]={now}"))[0] == 204


async def test_notes_are_listed_at_their_own_kind_of_card(account: Account) -> None:
    account.add_call(contact=account.add_contact("Иван", "+79000000001"))
    assert (await ask(account, "GET", "leads/notes"))[0] == 204
    _, _, body = await ask(account, "GET", "contacts/notes?filter[note_type][]=call_in")
    (note,) = body["_embedded"]["notes"]
    assert "entity_type" not in note
    assert note["params"]["duration"] == 60


REFUSED: list[tuple[Any, str, str]] = [
    (NOTE, "InvalidType", ""),
    ([{**NOTE, "surprise": 1}], "FieldNotExpected", "surprise"),
    ([{**NOTE, "note_type": "letter"}], "NotSupportedChoice", "note_type"),
    ([{**NOTE, "note_type": "service_message"}], "FieldMissing", "params.service"),
    ([{"note_type": "common", "params": {"text": "я" * 20_001}}], "TooLong", "params.text"),
]


@pytest.mark.parametrize(("body", "code", "path"), REFUSED)
async def test_notes_that_are_refused(account: Account, body: Any, code: str, path: str) -> None:
    lead = account.add_lead("Сделка")
    status, _, told = await ask(account, "POST", f"leads/{lead}/notes", body)
    issue = told["validation-errors"][0]["errors"][0]
    assert (status, issue["code"], issue["path"]) == (400, code, path)
    assert account.comments(lead) == []


async def test_a_note_on_an_unknown_lead_is_404_alone_and_400_in_bulk(account: Account) -> None:
    assert (await ask(account, "POST", "leads/777/notes", [NOTE]))[0] == 404
    assert (await ask(account, "POST", "leads/notes", [{**NOTE, "entity_id": 777}]))[0] == 400
    lead = account.add_lead("Сделка")
    assert (await ask(account, "POST", "leads/notes", [{**NOTE, "entity_id": lead}]))[0] == 200
    assert len(account.comments(lead)) == 1


VALUES: list[tuple[str, Any, str, str]] = [
    ("text", {"value": "я" * 257}, "TooLong", "values.0.value"),
    ("text", {"value": 7}, "InvalidType", "values.0.value"),
    ("numeric", {"value": "много"}, "InvalidType", "values.0.value"),
    ("checkbox", {"value": "да"}, "InvalidType", "values.0.value"),
    ("date", {"value": "завтра"}, "InvalidType", "values.0.value"),
    ("date", {"value": "2026-11-18T00:00:00"}, "InvalidType", "values.0.value"),
    ("select", {"enum_id": 1}, "NotSupportedChoice", "values.0.enum_id"),
    ("select", {"value": "Чужое"}, "NotSupportedChoice", "values.0.value"),
    ("select", {"enum": 1}, "FieldNotExpected", "values.0.enum"),
]


@pytest.mark.parametrize(("kind", "value", "code", "path"), VALUES)
async def test_one_wrong_value_refuses_the_whole_write(
    account: Account, kind: str, value: Any, code: str, path: str
) -> None:
    good, bad = account.add_field("Хорошее", "text"), account.add_field("Плохое", kind, options=("Да",))
    lead = account.add_lead("Сделка")
    items = [{"field_id": good, "values": [{"value": "да"}]}, {"field_id": bad, "values": [value]}]
    status, _, told = await ask(account, "PATCH", f"leads/{lead}", {"custom_fields_values": items})
    issue = told["validation-errors"][0]["errors"][0]
    assert (status, issue["code"], issue["path"]) == (400, code, f"custom_fields_values.1.{path}")
    assert account.value_of(lead, good) == []


@pytest.mark.parametrize("key", ["field_name", "field_type", "enum"])
async def test_fields_are_named_by_their_number(account: Account, key: str) -> None:
    lead = account.add_lead("Сделка")
    item = {"field_id": account.add_field("Поле", "text"), key: "x", "values": [{"value": "да"}]}
    status, _, told = await ask(account, "PATCH", f"leads/{lead}", {"custom_fields_values": [item]})
    assert (status, told["validation-errors"][0]["errors"][0]["code"]) == (400, "FieldNotExpected")


async def test_the_eighth_request_in_a_second_is_too_many_and_many_more_are_a_block(account: Account) -> None:
    account.limits.enforced = True
    token = account.access.long_lived()
    told = [await ask(account, "GET", "users", token=token) for _ in range(8)]
    assert [status for status, _, _ in told] == [200] * 7 + [429]
    assert told[-1][1] == "text/plain"
    for _ in range(50):
        await ask(account, "GET", "users", token=token)
    status, kind, _ = await ask(account, "GET", "account", token=token)
    assert (status, kind) == (403, "text/html")
    account.clock.advance(3600)
    assert (await ask(account, "GET", "account", token=token))[0] == 403
    account.limits.reset()
    assert (await ask(account, "GET", "account", token=token))[0] == 200


async def test_a_refresh_kills_the_former_token(account: Account) -> None:
    client = account.access.register("https://bot.example.org/oauth/amocrm")
    pair = account.access.pair(client)
    body = {
        "client_id": client.id,
        "client_secret": client.secret,
        "redirect_uri": client.redirect_uri,
        "grant_type": "refresh_token",
        "refresh_token": pair["refresh_token"],
    }
    url = f"{account.url}/oauth2/access_token"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=body) as answer:
            new = await answer.json()
        async with session.post(url, json=body) as again:
            refused = await again.json()
    assert new["refresh_token"] != pair["refresh_token"]
    assert (again.status, refused["hint"]) == (400, "Token has been revoked")
    assert (await ask(account, "GET", "account", token=new["access_token"]))[0] == 200


async def test_telephony_wants_nobodys_token(account: Account) -> None:
    link = account.pbx.put("1.mp3", b"ID3")
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer x"}) as session,
        session.get(link) as answer,
    ):
        assert answer.status == 400
    assert account.pbx.leaked == 1


async def test_the_page_of_permission_leads_back(account: Account) -> None:
    client = account.access.register("https://bot.example.org/oauth/amocrm")
    url = f"{account.url}/oauth?client_id={client.id}&state=s-1"
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as answer:
        back = urlsplit(answer.headers["Location"])
    told = parse_qs(back.query)
    assert (back.netloc, told["state"], told["referer"]) == (
        "bot.example.org",
        ["s-1"],
        [urlsplit(account.url).netloc],
    )
    assert told["code"][0] in account.access.codes
