"""A scenario: the data stored before, the actors, and the required result; and the acts that several scenarios
share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.domain.claim import Claim
from chalicelib.domain.contest import Contest
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.wiring import Services
from tests.explore.schedules import Bounds
from tests.explore.stage import Act, Stage
from tests.support import examples
from tests.support.transfer_bench import with_transfers

SHORT = {2: (Bounds(2, 0), Bounds(1, 1)), 3: (Bounds(1, 0),)}
"""The bounds of the normal run, by number of actors."""
FULL = {2: (Bounds(2, 1),), 3: (Bounds(1, 1),)}
"""The bounds of the long run."""


@dataclass(frozen=True)
class Scenario:
    start: Callable[[Stage], None]
    actors: Mapping[str, Act]
    check: Callable[[Stage], Iterator[str]] = lambda stage: iter(())
    recover: Act = lambda stage, app: None
    """The operator's actions at the end."""
    audited: bool = True
    """False if the books are wrong from the start: then only `check` is used."""
    packets: int = 2
    slow: Mapping[str, float] = field(default_factory=dict)
    put_back: bool = False
    transfers: bool = False
    """Whether the contest pays by transfer."""
    seldom: bool = False
    """Whether only the long run explores it with faults, because other scenarios are similar."""

    def bounds(self, full: bool) -> tuple[Bounds, ...]:
        few = (Bounds(1, 0),) if self.seldom else SHORT[len(self.actors)]
        return FULL[len(self.actors)] if full else few

    @property
    def contest(self) -> Contest:
        contest = examples.contest(packets=self.packets)
        contest = replace(contest, payouts=replace(contest.payouts, put_back=self.put_back))
        return with_transfers(contest) if self.transfers else contest


def opens(openid: str, attempt: int = 0) -> Callable[[Stage, Services], Claim]:
    """The person opens a packet with one of their passed attempts, counted from 0."""

    def act(stage: Stage, app: Services) -> Claim:
        return app.claims.open_packet(openid, passed(stage, openid)[attempt])[0]

    return act


def passed(stage: Stage, openid: str) -> list[str]:
    return sorted(attempt.attempt_id for (who, _), attempt in stage.bench.state.attempts.items() if who == openid)


def event(kind: Kind, openid: str, second: int = 0, scene: str = "") -> Act:
    """WeChat delivers an event that happened this many seconds after the run began."""

    def act(stage: Stage, app: Services) -> None:
        at = int(examples.NOON.timestamp()) + 1000 + second
        app.conversation.answer_message(IncomingMessage(kind, openid, at, "", scene))

    return act


def people(*openids: str) -> Callable[[Stage], None]:
    """The plan is active, and each person has a passed attempt; a person named twice has two."""

    def start(stage: Stage) -> None:
        stage.bench.activate()
        for openid in openids:
            stage.bench.passed(openid)

    return start


def claims_and(stage: Stage, count: int, *refusals: type[Exception]) -> Iterator[str]:
    """This many actors got a claim and the others one of the refusals, and only the answered claims are stored."""
    claims = [outcome for outcome in stage.outcomes.values() if isinstance(outcome, Claim)]
    others = [outcome for outcome in stage.outcomes.values() if isinstance(outcome, Exception)]
    if len(claims) != count or len(stage.bench.state.claims) != count:
        yield f"I1 {len(claims)} were answered with a claim, {len(stage.bench.state.claims)} are stored, not {count}"
    yield from (f"I6 refused by {type(other).__name__}" for other in others if not isinstance(other, refusals))
