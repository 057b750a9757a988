"""A system can what it says, and says all that it can."""

import pytest

from services.domain.integration import Ability
from services.integrations.books import DealBook, PhoneBook
from services.integrations.knocking import Knock, Waker
from services.integrations.writing import FieldWriter, ListWriter, Timeline
from tests.integrations.conformance.desk import Desk
from tests.integrations.conformance.rig import Rig

PARTS = {
    Ability.LISTS_FUNNELS: DealBook,
    Ability.WRITES_COMMENTS: Timeline,
    Ability.WRITES_FIELDS: FieldWriter,
    Ability.WRITES_LISTS: ListWriter,
    Ability.FINDS_BY_PHONE: PhoneBook,
    Ability.WAKES_UP: Waker,
}


@pytest.mark.parametrize("ability", PARTS.keys())
async def test_a_connector_can_what_its_entry_says(desk: Desk, rig: Rig, ability: Ability) -> None:
    connector = await desk.connect()
    if ability in rig.entry.abilities:
        assert isinstance(connector, PARTS[ability])


@pytest.mark.ability(Ability.FINDS_BY_PHONE)
async def test_the_deal_of_a_phone_number_is_found(desk: Desk, rig: Rig) -> None:
    """For calls of a telephony or a disk; the number comes in E.164."""
    connector = await desk.connect()
    assert isinstance(connector, PhoneBook)
    target = rig.make_client("+79000000055")
    rig.clock.advance(60)
    binding = await connector.bind_phone("+79000000055", rig.clock.now())
    assert binding is not None
    assert binding.object == target
    assert await connector.bind_phone("+79000000077", rig.clock.now()) is None


@pytest.mark.ability(Ability.GIVES_TRANSCRIPTS)
async def test_a_ready_transcript_is_read(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    key = rig.add_call()
    (call,) = await desk.gather()
    assert await desk.connector.transcript(call) is None
    rig.give_words(key, "Добрый день, нужен балкон.")
    told = await desk.connector.transcript(call)
    assert told is not None
    assert "нужен балкон" in told.text


KNOCKS = {
    "nothing": Knock("POST", {}, {}, b""),
    "a page": Knock("GET", {"zd_echo": "x"}, {"content-type": "text/html"}, b"<html>"),
    "broken json": Knock("POST", {}, {"content-type": "application/json"}, b'{"a": [{"b"'),
    "deep json": Knock("POST", {}, {"content-type": "application/json"}, b"[" * 20_000),
    "no text": Knock(
        "POST", {"a": "\x00"}, {"content-type": "application/x-www-form-urlencoded"}, bytes(range(256))
    ),
    "brackets": Knock(
        "POST", {}, {"content-type": "application/x-www-form-urlencoded"}, b"a[b]=1&a=2&a[b][c]=3&[]"
    ),
}


@pytest.mark.ability(Ability.WAKES_UP)
@pytest.mark.parametrize("knock", KNOCKS.values(), ids=KNOCKS.keys())
async def test_any_knock_is_answered_without_asking_anybody(desk: Desk, rig: Rig, knock: Knock) -> None:
    connector = await desk.connect()
    assert isinstance(connector, Waker)
    before = len(rig.asked)
    reply = await connector.answer(knock)
    assert reply.status < 500
    assert len(rig.asked) == before
