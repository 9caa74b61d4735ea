"""The numbers of a contest: of the quiz, the prizes and the payouts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import combinations
from typing import Annotated

from chalicelib.domain.claim import RED_PACKET, TRANSFER
from chalicelib.domain.limits import Between, Characters, FileName, Items, OneOf
from chalicelib.domain.section import Section


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MixCell(Section):
    """A draw has `number` questions of this subject and, if `difficulty` is not empty, of this difficulty."""

    subject: Annotated[str, Characters(20)]
    number: Annotated[int, Between(1, 50)]
    difficulty: Annotated[str, OneOf("", "easy", "medium", "hard")] = ""

    def overlaps(self, other: "MixCell") -> bool:
        """Returns whether a question can belong to both cells."""
        either = "" in (self.difficulty, other.difficulty) or self.difficulty == other.difficulty
        return self.subject == other.subject and either


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QuizRules(Section):
    """The number of questions, the pass mark and the times."""

    draw_size: Annotated[int, Between(1, 50)]
    pass_mark: Annotated[int, Between(1, 50)]
    attempt_minutes: Annotated[int, Between(1, 24 * 60)]
    min_seconds: Annotated[int, Between(0, 600)]
    """Minimum time from a draw, or the participant's last submission, to a submission. 0 disables it."""
    bank: Annotated[str, FileName()]
    """The question bank's file, relative to the contest file."""
    mix: Annotated[tuple[MixCell, ...], Items(most=50)] = ()
    """How a draw is composed; empty: uniformly from the whole bank."""

    def faults(self) -> Iterator[tuple[str, str]]:
        if self.pass_mark > self.draw_size:
            yield "pass_mark", f"不能大于 draw_size（{self.draw_size}）"
        if self.mix and (total := sum(cell.number for cell in self.mix)) != self.draw_size:
            yield "mix", f"各项 number 之和是 {total}，须等于 draw_size（{self.draw_size}）"
        for cell, other in combinations(self.mix, 2):
            if cell.overlaps(other):
                yield "mix", f"科目“{cell.subject}”有两项重叠：每道题只能属于一项"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PrizeRules(Section):
    """Amounts in fen. WeChat Pay's own bounds are ¥1 to ¥200 for a cash red packet, ¥0.1 to ¥200 for a transfer."""

    budget_fen: Annotated[int, Between(10, 10**11)]
    packets: Annotated[int, Between(1, 10_000_000)]
    min_fen: Annotated[int, Between(10, 20_000)]
    max_fen: Annotated[int, Between(10, 20_000)]
    few_percent: Annotated[int, Between(0, 100)] = 5
    """At or below this share of free packets the page shows that few are left."""

    def faults(self) -> Iterator[tuple[str, str]]:
        if self.min_fen > self.max_fen:
            yield "min_fen", f"不能大于 max_fen（{self.max_fen}）"
            return
        least, most = self.packets * self.min_fen, self.packets * self.max_fen
        if not least <= self.budget_fen <= most:
            yield "budget_fen", f"{self.packets} 个红包各 min_fen 至 max_fen，总额须在 {least} 至 {most} 之间"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PayoutRules(Section):
    """The payment product, and the times and the rate at which payouts are sent."""

    quiet_from: time | None
    """Start of the quiet hours in Shanghai time; None for none. They may span midnight."""
    quiet_to: time | None
    per_second: Annotated[int, Between(1, 30)]
    """Sends per second by all workers together; WeChat Pay allows 30."""
    put_back: bool
    """Whether refunded money returns to the pool while the contest is open."""
    product: Annotated[str, OneOf(RED_PACKET, TRANSFER)] = RED_PACKET
    """The WeChat Pay product that pays new claims; earlier claims keep theirs."""

    def faults(self) -> Iterator[tuple[str, str]]:
        if (self.quiet_from is None) != (self.quiet_to is None):
            yield "quiet_to", "静默时段须有起止两端，或都留空"
