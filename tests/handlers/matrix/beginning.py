"""How people come to each step: what dialogues begin with, and what stands before a button."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from services.db.models import FunnelRow, IntegrationRow
from tests.fakes.rows import Company, add_telephony
from tests.harness.world import User, World

NEW = ("/new", "127.0.0.1", "Любая воронка", "Комментарий")
BEGUN: Mapping[str, tuple[str, ...]] = {
    "wizard": NEW,
    "search": ("pq",),
    "prompt_name": ("pc:1:n:1",),
    "prompt_text": ("pc:1:t:1",),
    "alert_condition": ("al:w:1:1:0:0:0",),
    "connecting": ("/connect", "Битрикс24"),
    "integration_name": ("ip:1:n",),
    "integration_option": ("io:2:a:0:0",),
    "zone": ("ws:z:",),
    "tariff": ("ws:p:",),
    "daily_cap": ("ws:d:",),
    "company_name": ("co:c:0",),
    "forget_phone": ("pv:f:0",),
    "delete_company": ("pv:s:0",),
    "funnel_name": ("fn:n:2:0",),
    "rule": ("fr:n:2:0:0:0", "Наш номер"),
}
"""How each dialogue is begun: commands, data of buttons, and words of buttons that are there."""
TYPED = {
    "zone": "Asia/Omsk",
    "tariff": "20 160",
    "daily_cap": "500",
    "forget_phone": "+79001112233",
    "delete_company": "Альфа",
}
WINDOWS: Mapping[str, tuple[str, ...]] = {
    "pw": NEW[:-1],
    "fw": ("fr:n:2:0:0:0",),
    "ix": ("/connect", "Новофон", "Новый"),
    "ic": ("/connect", "Новофон"),
    "pc:1:a": ("pc:1:n:1", "=Тайный"),
    "pv:y": ("pv:f:0", "=+79001112233"),
    "fn:b": NEW[:2],
}
"""What stands before a button can be pressed, by how its data begins."""
INSTEAD: Mapping[str, str] = {
    "ic:1:1": "ic:0:0",
    "io:1:a:1:1": "io:2:a:0:0",
    "io:1:d:1:1": "io:2:d:0:0",
    "fn:l:1:1": "fn:l:2:0",
    "fn:n:1:1": "fn:n:2:0",
    "fn:p:1:1": "fn:p:{funnel}:1",
    "fn:d:1:1": "fn:d:{funnel}:0",
    "fn:y:1:1": "fn:y:{funnel}:0",
    "fr:l:1:1:1:1": "fr:l:2:0:0:0",
    "fr:n:1:1:1:1": "fr:n:2:0:0:0",
    "fr:k:1:1:1:1": "fr:k:2:0:0:0",
}
"""Buttons that mean something with other numbers: of the telephony, of its funnel."""


async def go(user: User, steps: Iterable[str]) -> None:
    """`/` begins a command, `=` a word that is typed; data of buttons is pressed as it is, else their words."""
    for step in steps:
        if step[0] in "/=":
            await user.types(step.removeprefix("="))
        elif step[:2].isascii() and not step[0].isdigit():
            await user.forges(step)
        else:
            await user.press(step)


def before_button(data: str) -> tuple[str, ...]:
    begins = max((one for one in WINDOWS if data.startswith(one)), key=len, default="")
    return WINDOWS.get(begins, ())


async def furnished(first: World, owner: User) -> int:
    """A telephony, whose options and funnels are ours; the number of its funnel."""
    assert owner.member is not None
    await add_telephony(first.database, Company(1, owner.member.id, 1, 1), first.clock.now())
    access = {"cabinet": "novofon", "access": "token", "access_token": "t"}
    async with first.database.write() as session:
        (await session.get_one(IntegrationRow, 2)).secrets = first.integrations.seal(access)
    for name in ("Горячие", "Холодные"):
        await owner.forges("fn:n:2:0")
        await owner.types(name)
    async with first.database.read() as session:
        found = await session.scalar(select(func.min(FunnelRow.id)).where(FunnelRow.integration_id == 2))
    assert found is not None
    return found
