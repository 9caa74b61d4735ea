"""How played citizens reach a stack, and how their affairs are brought to an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from infra.local.local_stack import Stack
from infra.page_waits import page_waits
from infra.rehearsal.phone import Place

LEASE_SECONDS = 200
"""Beyond a killed worker's lease on its claim and its message, and the pause before a doubtful claim's query."""
_STILL = 40
_HTTP = aiohttp.ClientTimeout(total=60)


@asynccontextmanager
async def place_of(stack: Stack) -> AsyncIterator[Place]:
    """Connections are shared by all who are there."""
    connector = aiohttp.TCPConnector(limit=0)
    try:
        yield Place(stack.url, str(stack.simulator_url), connector, page_waits())
    finally:
        await connector.close()


async def control(place: Place, method: str, path: str, body: Any = None) -> Any:
    """A call of the simulator's controls by nobody in particular."""
    browser = aiohttp.ClientSession(connector=place.connector, connector_owner=False, timeout=_HTTP)
    async with browser, browser.request(method, place.simulator + path, json=body) as answer:
        answer.raise_for_status()
        return await answer.json()


async def all_paid(place: Place, claims: int) -> list[dict[str, Any]]:
    """Waits until so many packets are paid, and returns the payments. If the workers stand still, sets the clock beyond
    their leases; gives up after some tries."""
    payments: list[dict[str, Any]] = (await control(place, "GET", "/sim/pay/ledger"))["payments"]
    still = 0
    while len(payments) < claims and still < _STILL:
        await asyncio.sleep(1)
        seen = len(payments)
        payments = (await control(place, "GET", "/sim/pay/ledger"))["payments"]
        still = still + 1 if len(payments) == seen else 0
        if still and still % 4 == 0:
            await control(place, "POST", "/sim/clock", {"seconds": LEASE_SECONDS})
    return payments
