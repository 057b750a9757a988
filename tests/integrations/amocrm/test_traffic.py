"""How the account is asked: at its pace, with its answers doubted, and not at all while it is shut."""

import json
from typing import Any

import pytest
from aiohttp import web

from sandbox.faults import Fault
from sandbox.serving import Server
from services.domain.call import ObjectRef
from services.domain.integration import ObjectKind
from services.errors import (
    BadAnswer,
    Gone,
    RateLimited,
    Rejected,
    ScopeMissing,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.policy import ForbiddenHost
from tests.integrations.amocrm.conftest import Bench

MINUTES = 60
TARGET = ObjectRef(ObjectKind.DEAL, "5001")


class Odd(Server):
    """Answers everything as the test says; remembers what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Any = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[web.Request] = []
        self.app.router.add_route("*", "/{path:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        text = self.says if isinstance(self.says, str) else json.dumps(self.says)
        return web.Response(status=self.status, text=text, headers=self.headers, content_type="application/json")


@pytest.fixture
async def odd() -> Any:
    server = Odd()
    await server.start()
    yield server
    await server.stop()


def to_odd(bench: Bench, odd: Odd) -> Any:
    return bench.open({**bench.secrets, "address": odd.url})


async def test_a_block_for_flooding_stops_all_traffic_for_a_quarter_of_an_hour(bench: Bench) -> None:
    cursor = await bench.start()
    bench.account.limits.blocked = True
    other = bench.open()
    with pytest.raises(RateLimited) as told:
        await bench.connector.pull(cursor)
    assert (told.value.remote_code, told.value.retry_after) == ("flood", 900.0)
    asked, before = len(bench.account.journal), bench.clock.now()
    for connector in (bench.connector, other):
        for work in (connector.check, connector.funnels, lambda: bench.connector.add_comment(TARGET, "x")):
            with pytest.raises(RateLimited):
                await work()
    assert len(bench.account.journal) == asked
    assert (bench.clock.now() - before).total_seconds() < 2, "nobody stands in a queue for a quarter of an hour"
    bench.account.limits.reset()
    bench.clock.advance(15 * MINUTES + 1)
    await bench.connector.pull(cursor)


async def test_an_account_that_is_not_paid_for_is_asked_once_an_hour(bench: Bench) -> None:
    cursor = await bench.start()
    bench.account.wants.unpaid = True
    for _ in range(3):
        with pytest.raises(Unreachable) as told:
            await bench.connector.pull(cursor)
        assert told.value.remote_code == "payment_required"
        asked = len(bench.account.journal)
        bench.clock.advance(10 * MINUTES)
    assert len(bench.account.journal) == asked
    bench.account.wants.unpaid = False
    bench.clock.advance(45 * MINUTES)
    await bench.connector.pull(cursor)


@pytest.mark.parametrize("says_when", [True, False])
async def test_a_busy_account_is_waited_for(bench: Bench, says_when: bool) -> None:
    bench.account.wants.retry_after = says_when
    bench.account.faults.add(Fault("rate_limit", "GET leads/pipelines", seconds=20))
    before = bench.clock.now()
    await bench.connector.funnels()
    waited = (bench.clock.now() - before).total_seconds()
    assert 20 <= waited < 22 if says_when else 1 <= waited < 3


async def test_a_right_that_is_missing_is_no_lost_access(bench: Bench) -> None:
    bench.account.wants.closed = {"leads"}
    with pytest.raises(Rejected):
        await bench.connector.funnels()


async def test_a_scope_that_is_missing_is_told(bench: Bench, odd: Odd) -> None:
    odd.status, odd.says = 403, {"title": "Forbidden", "detail": "Invalid scope"}
    with pytest.raises(ScopeMissing):
        await to_odd(bench, odd).funnels()


@pytest.mark.parametrize("code", [110, "111"])
async def test_old_bodies_of_a_lost_access_are_understood(bench: Bench, odd: Odd, code: Any) -> None:
    odd.status, odd.says = 401, {"response": {"error": "x", "error_code": code}}
    with pytest.raises(Unauthorized) as told:
        await to_odd(bench, odd).funnels()
    assert told.value.remote_code == str(code)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(bench: Bench, odd: Odd, status: int) -> None:
    """A write would arrive as something else, or elsewhere with our token."""
    odd.status, odd.headers = status, {"Location": f"{bench.account.url}/api/v4/leads/5001/notes"}
    connector = to_odd(bench, odd)
    with pytest.raises(BadAnswer):
        await connector.funnels()
    with pytest.raises((Unclear, BadAnswer)):
        await connector.add_comment(TARGET, "x")
    assert bench.account.journal == []


HOSTILE = [
    [],
    "null",
    "7",
    '"x"',
    {},
    {"_embedded": []},
    {"_embedded": {"notes": {}}},
    {"_embedded": {"notes": [None, 7, [], {}]}},
    {"_embedded": {"notes": [{"id": 1, "updated_at": {}, "created_at": [], "note_type": {}}]}},
    {"_links": [], "_embedded": None},
    {"_links": {"next": "x"}, "_embedded": {"notes": []}},
    "{" * 5000,
    '{"_embedded":' * 100_000,
    '{"_embedded": NaN, "_links": Infinity}',
    "\x00\x01",
]


@pytest.mark.parametrize("says", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_answers_are_told_as_such_or_are_nothing(bench: Bench, odd: Odd, says: Any) -> None:
    odd.says = says
    connector = to_odd(bench, odd)
    works = [
        lambda: connector.pull({"start": 1_700_000_000, "mark": 1_700_000_000, "swept": 2_000_000_000}),
        connector.check,
        connector.funnels,
        lambda: connector.object_fields(ObjectKind.DEAL),
        lambda: connector.bind_phone("+79000000001", bench.clock.now()),
        lambda: connector.find_comment(TARGET, "ai:x", bench.clock.now()),
    ]
    for work in works:
        try:
            told = await work()
        except (BadAnswer, Unreachable):
            continue
        assert not getattr(told, "calls", told), "something was made of nonsense"


async def test_a_list_whose_end_never_comes_is_given_up(bench: Bench, odd: Odd) -> None:
    row = {
        "id": 1,
        "entity_id": 1,
        "note_type": "call_in",
        "created_at": 1_800_000_000,
        "updated_at": 1_800_000_000,
    }
    odd.says = {"_links": {"next": {"href": "https://evil.example.org/"}}, "_embedded": {"notes": [row]}}
    with pytest.raises(BadAnswer):
        await to_odd(bench, odd).pull({"start": 1_700_000_000, "mark": 1_700_000_000, "swept": 2_000_000_000})
    assert {request.path for request in odd.asked} == {"/api/v4/leads/notes"}


async def test_an_answer_too_large_is_given_up(bench: Bench, odd: Odd) -> None:
    odd.says = '{"x": "' + "y" * (9 * 1024 * 1024) + '"}'
    with pytest.raises(BadAnswer):
        await to_odd(bench, odd).funnels()


async def test_private_hosts_are_refused_where_they_are_not_allowed(bench: Bench) -> None:
    asked = len(bench.account.journal)
    with pytest.raises(ForbiddenHost):
        await bench.open(allow_private_hosts=False).check()
    assert len(bench.account.journal) == asked


async def test_a_process_that_was_declared_dead_reads_but_does_not_write(bench: Bench) -> None:
    def dead() -> None:
        raise RuntimeError("declared dead")

    connector = bench.open(guard=dead)
    lead = bench.account.add_lead("Балкон")
    await connector.funnels()
    with pytest.raises(RuntimeError, match="dead"):
        await connector.add_comment(ObjectRef(ObjectKind.DEAL, str(lead)), "x")
    assert bench.account.comments(lead) == []


async def test_requests_say_who_asks(bench: Bench) -> None:
    await bench.connector.funnels()
    (entry,) = bench.account.journal
    assert entry.agent.startswith("Callprompt/")


async def test_an_answer_to_a_write_without_a_note_is_unclear(bench: Bench, odd: Odd) -> None:
    answers: list[Any] = [{}, {"_embedded": {"notes": []}}]
    answers += [{"_embedded": {"notes": [{"id": "x"}]}}, [], "", "null"]
    for says in answers:
        odd.says = says
        with pytest.raises(Unclear):
            await to_odd(bench, odd).add_comment(TARGET, "x")


async def test_an_unknown_deal_in_a_single_request_is_gone(bench: Bench) -> None:
    with pytest.raises(Gone):
        await bench.connector.add_comment(TARGET, "x")
