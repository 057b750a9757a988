"""How many requests a call costs: two a second are all that a portal allows."""

from tests.pipeline.scenes import prepared
from tests.pipeline.world import World

PULLING = {"voximplant.statistic.get", "crm.activity.list"}


async def test_a_call_with_a_deal_and_a_contact_costs_five_requests(world: World) -> None:
    deal = await prepared(world)
    contact = world.portal.add_contact("Анна", "+79000000001")
    for _call in range(2):  # the second one finds what is remembered of the portal
        world.portal.journal.clear()
        world.portal.add_call(deal=deal, contact=contact, recording=world.sound(), filename="call.wav")
        await world.pull()
        await world.jobs.run_due()
    assert [entry.method for entry in world.portal.journal if entry.method not in PULLING] == [
        "crm.activity.binding.list",
        "batch",
        "crm.activity.call.gettranscript",
        "disk.file.get",
        "crm.timeline.comment.add",
    ]
