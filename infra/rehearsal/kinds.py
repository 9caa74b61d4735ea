"""The citizens of a rehearsed week: most take part as they should, some leave, some try to get more."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, ClassVar

from infra.rehearsal.citizen import Citizen
from infra.rehearsal.phone import Refused


class Cheated(Exception):
    """The application gave what it should have refused; the text says what."""


async def refused(code: str, call: Awaitable[Any]) -> None:
    """Raises Cheated unless the call is refused with this code."""
    try:
        await call
    except Refused as said:
        if said.code != code:
            raise Cheated(f"{said.code} instead of {code}") from None
    else:
        raise Cheated(f"done instead of {code}")


@dataclass
class Reader(Citizen):
    """Looks at the page and leaves."""

    ATTEMPTS: ClassVar[int] = 0

    async def way(self) -> None:
        await self.follow()
        await self.enter()


@dataclass
class Quitter(Citizen):
    """Draws, and never submits."""

    ATTEMPTS: ClassVar[int] = 0

    async def way(self) -> None:
        await self.follow()
        await self.enter()
        await self.draw()


@dataclass
class Learner(Citizen):
    """Fails at first, and passes at the second attempt."""

    ATTEMPTS: ClassVar[int] = 2

    async def way(self) -> None:
        await self.follow()
        await self.enter()
        _, result = await self.attempt(wrong=self.too_many)
        if result["passed"]:
            raise Cheated("one right answer too few passed")
        await self.win()


@dataclass
class Impatient(Citizen):
    """Taps three times at once, and reloads: each tap has the same packet."""

    async def way(self) -> None:
        await self.follow()
        await self.enter()
        drawn = await self.draw()
        await asyncio.sleep(self.rng.uniform(*self.reading))
        await asyncio.gather(self.submit(drawn), self.submit(drawn))
        opened = await asyncio.gather(*(self.claim(drawn["attempt_id"]) for _ in range(3)))
        if len({one["claim_id"] for one in opened}) != 1:
            raise Cheated("one attempt, several packets")
        await self.look()


@dataclass
class Sharer(Citizen):
    """Shares their link; a friend who follows through it brings a second packet."""

    ATTEMPTS: ClassVar[int] = 3

    async def way(self) -> None:
        await self.follow()
        await self.enter()
        await self.win()
        friend = Friend(self.place, self.journal, self.bank, self.rng, self.reading, link=await self.share())
        await friend.live()
        await self.win()


@dataclass
class Friend(Citizen):
    """Opens a friend's link, follows, and takes part. Lives within the sharer's way."""

    link: str = ""

    async def way(self) -> None:
        await self.appear()
        await self.phone.open("page", self.link)
        await self.act("follow")
        await self.look()
        await self.win()


@dataclass
class Cheat(Citizen):
    """Tries what should not work, each of it to be refused; in the end has the one packet of everybody else."""

    ATTEMPTS: ClassVar[int] = 3

    async def way(self) -> None:
        await self.follow()
        await self.enter()
        failed, _ = await self.attempt(wrong=self.too_many)
        await refused("not_passed", self.claim(failed))
        await refused("attempt_invalid", self.claim("A" * 22))
        drawn = await self.draw()
        await asyncio.sleep(self.rng.uniform(*self.reading))
        await self.submit(drawn)
        await refused("attempt_already_graded", self.submit(drawn, wrong=1))
        await self.claim(drawn["attempt_id"])
        again, _ = await self.attempt()
        await refused("no_chance_left", self.claim(again))
        await self.act("unfollow")
        await refused("not_following", self.draw())
        await self.act("follow")
        await refused("no_chance_left", self.claim(again))


KINDS: tuple[tuple[type[Citizen], int], ...] = (
    (Citizen, 40),
    (Reader, 15),
    (Quitter, 15),
    (Learner, 12),
    (Impatient, 6),
    (Sharer, 6),
    (Cheat, 6),
)
"""Each kind's share in percent; a sharer counts with their friend."""


def kind_of(number: int) -> type[Citizen]:
    """Returns the kind of the person with this number, so that each hundred has all of them, well mixed."""
    place = number * 37 % 100
    for kind, share in KINDS:
        if place < share:
            return kind
        place -= share
    raise AssertionError
