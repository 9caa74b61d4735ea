"""Arrivals: each at its own moment, whether or not those before have been served (an open loop)."""

import asyncio
import time
from collections.abc import Iterable
from random import Random

from infra.rehearsal.citizen import Citizen


async def arrive(citizens: Iterable[Citizen], per_second: float, rng: Random) -> None:
    """Lets them come as a Poisson process, and returns when the last has gone. Nobody comes later because this process
    was busy."""
    due = time.monotonic()
    async with asyncio.TaskGroup() as crowd:
        for citizen in citizens:
            crowd.create_task(citizen.live())
            due += rng.expovariate(per_second)
            await asyncio.sleep(due - time.monotonic())
