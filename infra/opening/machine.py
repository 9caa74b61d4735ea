"""This machine in AWS's place, so that the model can be held to a run that was measured: `make load`.

The parts of the stack share the cores. A call takes the same CPU whenever it is made; what finds the cores busy waits,
and what finds too many waiting is refused with 503. The page's waits, people and their repeats are the model's own.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from infra.opening.arrivals import Arrivals
from infra.opening.cloud import Answers, Used
from infra.opening.crowd import STEP
from infra.opening.journey import MEASURED, Call, Journey, Kind, people
from infra.opening.latency import seconds_to
from infra.opening.opening_night import Night, Opening
from infra.opening.payout_workers import Payouts
from infra.page_waits import Span
from infra.percentiles import percentile

_WAY = (
    ("follow", Kind.CALLBACK, "follow"),
    ("home", Kind.NAVIGATION, "page"),
    ("oauth_start", Kind.NAVIGATION, "oauth_start"),
    ("oauth_callback", Kind.NAVIGATION, "oauth_callback"),
    ("page", Kind.NAVIGATION, "page"),
    ("script", Kind.NAVIGATION, "script"),
    ("me", Kind.PAGE, "me"),
    ("draw", Kind.PAGE, "draw"),
    ("submit", Kind.PAGE, "submit"),
    ("claim", Kind.PAGE, "claim"),
)
"""A played citizen's calls (`infra/rehearsal/citizen.py`), and the call of `measured.toml` whose part of the CPU they
have. The first is a redirect to the sign-in."""
_LEFT = 0.5
"""Of a person: the crowd is counted in expected values."""


@dataclass(frozen=True, slots=True)
class Part:
    """Processes of one kind. `seconds`: their CPU for a person; `most`: cores that they can use, one for a process of
    Python."""

    seconds: float
    most: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What was measured before the crowd came. `cores`: less what the stack takes with nobody there. `parts` work while
    people wait, `payouts` is the workers. `refusal`: CPU seconds that a refused request takes of all parts.
    `most_inside`: requests that run or wait in the instances."""

    cores: float
    parts: Mapping[str, Part]
    payouts: Part
    refusal: float
    most_inside: int

    @property
    def seconds(self) -> float:
        """CPU for a person's calls."""
        return sum(part.seconds for part in self.parts.values())

    @property
    def narrowest(self) -> float:
        """People a second that the narrowest part serves, if it has all the cores that it can use."""
        return min(part.most / part.seconds for part in self.parts.values() if part.seconds)

    @property
    def capacity(self) -> float:
        """People a second, of whom none is refused."""
        return min(self.narrowest, self.cores / (self.seconds + self.payouts.seconds))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a crowd, predicted or measured. `people` and `requests`: a second, from the first arrival to the last answer.
    `refused`: the share of the requests. `p50`, `p99`: seconds from the tap to the packet."""

    people: float
    requests: float
    refused: float
    p50: float
    p99: float


class Machine:
    """`used.requests` and `refused` are of the people themselves: WeChat's server sends the follow."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.payouts = Payouts(profile.payouts.most / profile.payouts.seconds, 0.0)
        self.refused: defaultdict[str, float] = defaultdict(float)
        self.used = Used()
        self._backlog = self._refusing = 0.0
        self._room = profile.most_inside * profile.seconds / len(_WAY)

    def serve(self, now: int, wanted: Mapping[Call, float], free: float) -> dict[Call, Answers]:
        """Takes one step's calls, and pays. The machine is the same at any time, and there are packets enough."""
        work = sum(count * call.seconds for call, count in wanted.items())
        given = self._share_cores(self._backlog + work)
        accepted = min(1.0, max(0.0, self._room + given - self._backlog) / work) if work else 1.0
        self._backlog = max(0.0, self._backlog + accepted * work - given)
        refused = (1 - accepted) * sum(wanted.values())
        self._refusing += refused * self.profile.refusal
        of_people = sum(count for call, count in wanted.items() if call.kind is not Kind.CALLBACK)
        self.used.requests += of_people
        self.refused["instances"] += (1 - accepted) * of_people
        waited = self._backlog / given * STEP if given else 0.0
        return dict.fromkeys(wanted, Answers(accepted, 0.0, 1 - accepted, waited=waited))

    def _share_cores(self, work: float) -> float:
        """Pays, refuses and serves for one step; returns the CPU seconds that the serving gets of its `work`."""
        parts, workers = self.profile.parts.values(), self.profile.payouts
        processes = sum(part.most for part in parts)
        owed = self.payouts.waiting * workers.seconds
        wants = {
            "serving": (min(work, self.profile.narrowest * self.profile.seconds * STEP), processes),
            "paying": (min(owed, workers.most * STEP), workers.most),
            "refusing": (self._refusing, processes),
        }
        given = fair_shares(self.profile.cores * STEP, wants)
        self._refusing -= given["refusing"]
        keeps_up = given["paying"] == wants["paying"][0]
        self.payouts.rate = workers.most / workers.seconds if keeps_up else given["paying"] / workers.seconds / STEP
        self.payouts.work()
        return given["serving"]


def fair_shares(amount: float, wants: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Divides `amount` as a kernel divides cores: by weight, and what one does not want goes to the others.

    `wants`: name -> what it wants at most, and its weight.
    """
    given, left = dict[str, float](), dict(wants)
    while left:
        each = max(0.0, amount - sum(given.values())) / sum(weight for _, weight in left.values())
        content = {name: want for name, (want, weight) in left.items() if want <= each * weight}
        if not content:
            return given | {name: each * weight for name, (_, weight) in left.items()}
        given |= content
        left = {name: one for name, one in left.items() if name not in content}
    return given


def journey(profile: Profile, reading: Span) -> Journey:
    """A played citizen's, who looks at no claims, shares nothing and tries again on time. There is no network."""
    costs = MEASURED["calls"]
    each = profile.seconds / sum(costs[like]["cpu_ms"] for _, _, like in _WAY)
    pauses, again = {"submit": reading}, {Kind.NAVIGATION: people("reloads")}
    none = (0.0, 0.0)
    way = tuple(
        Call(name, kind, "", each * costs[like]["cpu_ms"], pauses.get(name, none), again.get(kind, none))
        for name, kind, like in _WAY
    )
    return Journey(way, shares=(), looks=(), network=0.0)


def predict(profile: Profile, crowd: int, rate: float, reading: Span) -> Outcome:
    """Of a crowd of so many people, of whom `rate` come a second, and who read for `reading` seconds."""
    machine = Machine(profile)
    arrivals = Arrivals(0.0, lambda at: min(1.0, at * rate / crowd))
    night = Night(Opening(crowd, arrivals, crowd, journey(profile, reading)), machine).run()
    seconds = _until_served(night)
    packet = seconds_to(night, "claim", "claim")
    p50, p99 = (percentile(packet, share) or 0.0 for share in (0.5, 0.99))
    return Outcome(
        crowd / seconds, machine.used.requests / seconds, machine.refused["instances"] / machine.used.requests, p50, p99
    )


def _until_served(night: Night) -> float:
    served = 0.0
    for step, (opened, _) in enumerate(night.owed):
        served += opened
        if served >= night.opening.people - _LEFT:
            return (step + 1) * STEP
    raise ValueError("not everybody was served")
