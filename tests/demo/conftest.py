"""The demo as it is started by hand, and the address of its page."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator

import pytest


@pytest.fixture
async def address() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.demo", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(60):
        while "started" not in told:
            line = await process.stdout.readline()
            assert line, "the demo ended"
            told += line.decode()
    reading = asyncio.ensure_future(process.stdout.read())
    page = re.search(r"Open the demo: (\S+)", told)
    assert page is not None
    yield page[1]
    process.terminate()
    await process.wait()
    await reading
