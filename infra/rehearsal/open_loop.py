"""Arrivals: each at its own moment, whether or not those before have been served (an open loop)."""

import asyncio
from collections.abc import Iterable
from random import Random

from infra.rehearsal.citizen import Citizen


async def arrive(citizens: Iterable[Citizen], per_second: float, rng: Random, most: int = 1_000_000) -> None:
    """Lets them come as a Poisson process, the next waiting while `most` are there. Returns when the last has gone."""
    free = asyncio.Semaphore(most)

    async def visit(citizen: Citizen) -> None:
        await citizen.live()
        free.release()

    async with asyncio.TaskGroup() as crowd:
        for citizen in citizens:
            await free.acquire()
            crowd.create_task(visit(citizen))
            await asyncio.sleep(rng.expovariate(per_second))
