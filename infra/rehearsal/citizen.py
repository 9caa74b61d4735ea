"""A citizen: from following to the money, with the page's calls in the page's order."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from chalicelib.domain.bank import Bank
from infra.rehearsal.journal import Journal
from infra.rehearsal.phone import Phone, Place, Refused

_SCRIPT = re.compile(r'src="(/static/[^"]+\.js)"')
_PATIENCE_TRIES = 5
LOST_SECONDS = 240.0
"""Whoever has no answer by then counts as lost."""


@dataclass
class Citizen:
    """`reading`: seconds between the draw and the submission, from least to most."""

    ATTEMPTS: ClassVar[int] = 1
    """How many times one of this kind answers, a friend's included."""
    place: Place
    journal: Journal
    bank: Bank
    rng: Random
    reading: tuple[float, float]
    scene: str = ""
    """Of the QR code that they follow by: a unit's or a friend's; empty for none."""
    phone: Phone = field(init=False)
    openid: str = ""
    person: str = ""
    me: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.phone = Phone(self.place, self.journal, self.rng)

    async def live(self) -> None:
        """Lives the whole way. Notes in the journal how it ended; never raises."""
        try:
            async with asyncio.timeout(LOST_SECONDS):
                await self.way()
            self.journal.done += 1
        except Refused as refused:
            self.journal.refused[refused.code] += 1
            self.journal.done += 1
        except Exception as error:  # noqa: BLE001 - one lost citizen is a finding, not the end of the others
            self.journal.lost.append(f"{type(error).__name__}: {error}")
        finally:
            await self.phone.browser.close()

    async def way(self) -> None:
        """What this citizen does. Raises Refused at a final refusal."""
        await self.follow()
        await self.enter()
        await self.win()

    async def follow(self) -> None:
        """Takes their phone and follows. A person who gets no reply opens the page by the menu."""
        await self.appear()
        await self.act("follow", {"scene": self.scene} if self.scene else {})

    async def appear(self) -> None:
        """Takes their phone."""
        found = await self.phone.simulator("POST", "/sim/people", {})
        self.person, self.openid = found["id"], found["openid"]
        self.phone.become(self.person)

    async def act(self, action: str, body: Mapping[str, str] | None = None) -> Any:
        return await self.phone.simulator("POST", f"/sim/people/{self.person}/{action}", body or {})

    async def enter(self) -> None:
        """Opens the page, which signs in by itself inside WeChat, and loads what it loads."""
        page = await self.phone.open("page", f"{self.place.app}/")
        for script in _SCRIPT.findall(await page.text())[:1]:
            await self.phone.open("script", self.place.app + script)
        await self.look()

    async def look(self) -> None:
        """Who has just followed and is not yet known to waits and looks again, as the page does."""
        for tries in range(_PATIENCE_TRIES):
            self.me = await self.phone.api("me", "GET", "/api/me")
            if self.me["subscribed"]:
                return
            await asyncio.sleep(self.place.waits.retry_after * 2**tries)

    async def win(self, wrong: int = 0) -> Mapping[str, Any]:
        """An attempt and its packet. Returns the claim; raises Refused, as when there are no packets left."""
        attempt_id, _ = await self.attempt(wrong)
        return await self.claim(attempt_id)

    @property
    def too_many(self) -> int:
        """Wrong answers: with one fewer the attempt passes."""
        about = self.me["contest"]
        return int(about["draw_size"] - about["pass_mark"] + 1)

    async def draw(self) -> Mapping[str, Any]:
        drawn: Mapping[str, Any] = await self.phone.api("draw", "POST", "/api/attempts", {})
        return drawn

    async def attempt(self, wrong: int = 0) -> tuple[str, Mapping[str, Any]]:
        """Draws, reads and submits, with so many wrong answers. Returns the attempt's id and its result."""
        drawn = await self.draw()
        await asyncio.sleep(self.rng.uniform(*self.reading))
        return drawn["attempt_id"], await self.submit(drawn, wrong)

    async def submit(self, drawn: Mapping[str, Any], wrong: int = 0) -> Mapping[str, Any]:
        answers = {one["id"]: self.key(one, right=at >= wrong) for at, one in enumerate(drawn["questions"])}
        path = f"/api/attempts/{drawn['attempt_id']}/submission"
        body = {"attempt": drawn["attempt"], "answers": answers}
        result: Mapping[str, Any] = await self.phone.api("submit", "POST", path, body)
        if result["score"] != len(answers) - wrong:
            raise ValueError("the score is wrong")
        return result

    def key(self, question: Mapping[str, Any], right: bool) -> str:
        """Options come in random order, so they are known by their texts."""
        known = self.bank.get(question["id"])
        text = known.options[known.answer]
        return next(str(one["key"]) for one in question["options"] if (one["text"] == text) is right)

    async def claim(self, attempt_id: str) -> Mapping[str, Any]:
        made: Mapping[str, Any] = await self.phone.api("claim", "POST", "/api/claims", {"attempt_id": attempt_id})
        self.journal.tell(self.openid, made)
        return made

    async def share(self) -> str:
        """Returns the citizen's own link."""
        facts = await self.phone.api("share", "GET", f"/api/share?url={self.place.app}/")
        return str(facts["link"])
