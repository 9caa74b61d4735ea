"""What the death of each part leaves: lost, doubled, locked out, untold, unpaid."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from multiprocessing.connection import wait
from socket import create_server

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.errors import ContestError
from tests.bench.counter.killed_processes import HERE, begin, claim, forwarder, pay, run
from tests.bench.counter.outside import Outside, OutsideManager
from tests.bench.counter.side import Side, no_step

QUEUE, ANSWER = "queue.put", "answer"
"""Places where an instance does not call the engine."""
REPEATS = 3
PEOPLE = 12
"""In each run, and as many packets: who is refused was entitled to one."""
SideOf = Callable[[], Side]
"""Makes a side with fresh tables and `PEOPLE` packets."""


@dataclass(frozen=True)
class Left:
    """After the kills, the clients' repeats, the queue's redeliveries, and what is done each minute."""

    kills: int = 0
    lost: int = 0
    """Packets that are neither free nor anybody's."""
    doubled: int = 0
    """Packets that are free although somebody has them, or that two people have; people paid more than their claim."""
    locked_out: int = 0
    """People who asked again and got nothing."""
    untold: int = 0
    """People who asked again and were not told of the claim that they have."""
    unpaid: int = 0
    """Claims that were never paid."""

    @property
    def is_harm(self) -> bool:
        return any(getattr(self, one.name) for one in fields(Left) if one.name != "kills")

    def __add__(self, other: "Left") -> "Left":
        return Left(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Left)))


class Trial:
    """One run of one side: people, and what they were told."""

    def __init__(self, side: Side, outside: Outside) -> None:
        self.side, self.outside = side, outside
        self.people = [f"o{number:027d}" for number in range(PEOPLE)]
        self.told: dict[str, str | None] = {}
        """By who asked, or asked again."""
        self.kills = self.lost = self.doubled = self._missing = 0
        side.lay(self.people)

    def places(self) -> Sequence[str]:
        """The first person claims undisturbed, which shows where an instance can be killed."""
        end = run(claim(self.people[0]), self.side, self.outside)
        self.told[self.people[0]] = end.value
        return end.places

    def ask(self, people: Sequence[str]) -> None:
        """Claims as the page does: again after an error."""
        claimer = self.side.claimer(self.outside, no_step)
        for openid in people:
            self.told[openid] = None
            for _ in range(REPEATS):
                try:
                    self.told[openid] = claimer.claim(openid)
                    break
                except ContestError:
                    continue

    def work_off(self) -> None:
        """Pays what is queued, also what the sweep finds an hour and two hours later."""
        side = self.side
        for _ in range(3):
            pay_claim = side.worker(self.outside, no_step)
            while ref := self.outside.take_job():
                pay_claim(ref)
            side = side.later()
            side.sweep(self.outside)

    def count_packets(self) -> None:
        """After each kill, so that a packet lost and one that is there twice do not cancel out."""
        missing = PEOPLE - self.side.free() - len(self.side.bills())
        self.lost += max(0, missing - self._missing)
        self.doubled += max(0, self._missing - missing)
        self._missing = missing

    def left(self) -> Left:
        self.work_off()
        self.count_packets()
        claims, paid = self.side.bills(), self.outside.paid()
        twice = sum(count - 1 for count in Counter(bill for bill, _ in claims.values()).values())
        return Left(
            kills=self.kills,
            lost=self.lost,
            doubled=self.doubled + twice + sum(paid.get(openid, 0) > fen for openid, (_, fen) in claims.items()),
            locked_out=sum(openid not in claims for openid in self.told),
            untold=sum(openid in claims and claims[openid][0] != bill for openid, bill in self.told.items()),
            unpaid=sum(paid.get(openid, 0) < fen for openid, (_, fen) in claims.items()),
        )


def kill_instances(side_of: SideOf, come_back: bool) -> Left:
    """Kills an instance before each call of a claim and before its answer. Unless they `come_back`, the killed claims'
    people have closed the page."""
    with _trial(side_of) as trial:
        places = trial.places()
        for place in range(len(places)):
            run(claim(trial.people[1 + place]), trial.side, trial.outside, kill_at=place)
            trial.kills += 1
            trial.count_packets()
        trial.ask(trial.people[1 if come_back else 1 + len(places) :])
        return trial.left()


def kill_workers(side_of: SideOf) -> Left:
    """Kills the payout worker before each of its calls, and before it deletes its job, which is delivered again."""
    with _trial(side_of) as trial:
        trial.ask(trial.people[:1])
        places = run(pay(_job(trial)), trial.side.later(), trial.outside).places
        trial.ask(trial.people[1 : 1 + len(places)])
        jobs = [_job(trial) for _ in places]
        for place, ref in enumerate(jobs):
            run(pay(ref), trial.side.later(), trial.outside, kill_at=place)
            trial.outside.put_job(ref)
            trial.kills += 1
        return trial.left()


def _job(trial: Trial) -> ClaimRef:
    ref = trial.outside.take_job()
    assert ref, "nothing is queued"
    return ref


def cut_connections(side_of: SideOf) -> Left:
    """Kills the connection to the engine at each call of a claim: before the engine has it, and once it has
    answered. Another connection is there at once."""
    with _trial(side_of) as trial:
        requests = sum(name not in (QUEUE, ANSWER) for name in trial.places())
        cuts = [(number, is_answered) for number in range(requests) for is_answered in (False, True)]
        for openid, (number, is_answered) in zip(trial.people[1:], cuts, strict=False):
            trial.kills += _claim_through(trial, openid, number, is_answered)
            trial.count_packets()
        trial.ask(trial.people[1:])
        return trial.left()


def _claim_through(trial: Trial, openid: str, number: int, is_answered: bool) -> bool:
    """Returns whether the connection was killed: a claim may need fewer calls than the first one did."""
    with create_server(("127.0.0.1", 0)) as listening, forwarder(listening, number, is_answered) as first:
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        client = begin(claim(openid), trial.side, trial.outside, endpoint=endpoint)
        wait([first.sentinel, client.process.sentinel])
        if first.is_alive():
            client.wait()
            return False
        with forwarder(listening):
            client.wait()
    return True


@contextmanager
def _trial(side_of: SideOf) -> Iterator[Trial]:
    with OutsideManager(ctx=HERE) as manager:
        yield Trial(side_of(), manager.world())


TRIALS: dict[str, Callable[[SideOf], Left]] = {
    "an instance, people ask again": lambda side_of: kill_instances(side_of, come_back=True),
    "an instance, people have gone": lambda side_of: kill_instances(side_of, come_back=False),
    "the payout worker": kill_workers,
    "the engine's connection": cut_connections,
}


def print_head() -> None:
    titles = "".join(f"{one.name.replace('_', ' '):>12s}" for one in fields(Left))
    print(f"\n{'killed with kill -9':32s}{'side':22s}{titles}")


def print_kills(side_of: SideOf) -> Left:
    """Prints a line for each part. Returns what all its kills left."""
    total = Left()
    for title, trial in TRIALS.items():
        left, name = trial(side_of), side_of().name
        print(f"{title:32s}{name:22s}" + "".join(f"{getattr(left, one.name):12d}" for one in fields(Left)), flush=True)
        total += left
    return total
