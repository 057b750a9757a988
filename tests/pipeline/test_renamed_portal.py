"""A portal that was renamed: followed at once, and remembered before the old name is given up."""

from sandbox.bitrix24 import Portal
from services.db.models import IntegrationRow
from services.secrets import Vault
from tests.fakes.rows import TEST_KEYS
from tests.pipeline.scenes import ADD, prepared
from tests.pipeline.world import PortalClock, World


async def test_the_new_address_is_stored_once_and_outlives_the_old_host(world: World) -> None:
    renamed = Portal(clock=PortalClock(world.clock), secret=world.portal.secret)
    await renamed.start()
    try:
        world.portal.moved_to = renamed.url
        await prepared(world)
        async with world.database.read() as session:
            row = await session.get_one(IntegrationRow, world.company.integration_id)
        assert Vault(TEST_KEYS).open(row.secrets) == {"webhook_url": renamed.webhook_url}
        assert row.account == "127.0.0.1"
        await world.portal.stop()
        deal = renamed.add_deal("Балкон")
        renamed.add_call(deal=deal, recording=world.sound(), filename="call.wav")
        await world.pull()
        assert len(renamed.comments("deal", deal)) == 1
        lanes = {job.lane for job in world.jobs.done if job.name == "deliver"}
        assert lanes == {"account:127.0.0.1"}
        assert len(renamed.asked(ADD)) == 1
    finally:
        await renamed.stop()
