"""Kills one part after another while citizens are under way."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from infra.local.local_stack import Stack
from tests.load.engine_proxy import EngineProxy

_LOOK_SECONDS = 0.1


async def kill_in_turn(stack: Stack, proxy: EngineProxy, pause: float, killed: Counter[str]) -> None:
    """Until it is cancelled: an instance, all connections to the engine, a worker, each `pause` seconds after the last.

    A killed process starts again, as Lambda starts another; the next is killed when that instance serves. `killed`
    counts.
    """
    instances, workers = _named(stack, "应用"), _named(stack, "队列任务")
    turn = 0
    while True:
        for kind, names in (("instances", instances), ("times all connections", ()), ("workers", workers)):
            await asyncio.sleep(pause)
            if names:
                name = names[turn % len(names)]
                await asyncio.to_thread(stack.starter.replace, name)
                killed[kind] += 1
                while kind == "instances" and not _serves(stack, name):
                    await asyncio.sleep(_LOOK_SECONDS)
            else:
                proxy.cut_all()
                killed[kind] += 1
        turn += 1


def _serves(stack: Stack, name: str) -> bool:
    """An instance says so in its log, which began anew."""
    return next(part for part in stack.children if part.name == name).log.stat().st_size > 0


def _named(stack: Stack, start: str) -> Sequence[str]:
    return [part.name for part in stack.children if part.name.startswith(start)]
