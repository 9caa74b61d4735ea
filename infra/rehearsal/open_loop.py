"""Arrivals: each at its own moment, whether or not those before have been served (an open loop)."""

import asyncio
from collections.abc import Iterable
from random import Random

from infra.rehearsal.citizen import Citizen


async def arrive(citizens: Iterable[Citizen], per_second: float, rng: Random) -> None:
    """Lets them come as a Poisson process, and returns when the last has gone."""
    async with asyncio.TaskGroup() as crowd:
        for citizen in citizens:
            crowd.create_task(citizen.live())
            await asyncio.sleep(rng.expovariate(per_second))
