"""An independent model of the stored state: people, follows, chances, attempts, claims and free packets.

A model is compared with the state read back. A step's prediction is a list of alternatives, each a code and a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.audit import Account, Books
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.participation import Follower


@dataclass(frozen=True)
class Person:
    """`claims` maps each attempt id to its claim, packet number and amount."""

    granted: int = 1
    spent: int = 0
    on_hold: bool = False
    attempts: int = 0
    best: int = 0
    submitted_at: datetime | None = None
    passed: frozenset[str] = frozenset()
    claims: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)

    @property
    def unspent(self) -> frozenset[str]:
        return self.passed - self.claims.keys()


STRANGER = Person()


@dataclass(frozen=True)
class Follows:
    subscribed: bool = False
    known: bool = False
    event_at: int | None = None
    first_at: int | None = None
    """0 means that they followed before we received events."""
    seen_at: int | None = None
    """When WeChat first reported, at a sign-in, that they follow, although no event had come."""
    looked_at: int | None = None
    """The second of WeChat's last answer at a sign-in that counted."""
    asked_at: int | None = None
    invited_by: str = ""
    invited_at: int | None = None
    counted_for: str = ""
    settled: str = ""

    @property
    def ever(self) -> bool:
        return self.subscribed or self.first_at is not None or self.seen_at is not None


@dataclass(frozen=True)
class Graded:
    """A graded attempt with its answers: a repeat of the submission must get the same."""

    openid: str
    answers: Mapping[str, str]
    attempt: Attempt


@dataclass(frozen=True)
class Model:
    people: Mapping[str, Person] = field(default_factory=dict)
    follows: Mapping[str, Follows] = field(default_factory=dict)
    free: Mapping[int, int] = field(default_factory=dict)
    """Packet number -> fen."""
    released: frozenset[str] = frozenset()
    """Attempts whose claim was refunded and whose money was put back."""
    graded: Mapping[str, Graded] = field(default_factory=dict, compare=False)

    def person(self, openid: str) -> Person:
        return self.people.get(openid, STRANGER)

    def following(self, openid: str) -> bool:
        return self.follows.get(openid, Follows()).subscribed

    def with_person(self, openid: str, person: Person) -> "Model":
        people = {**self.people, openid: person}
        if person == STRANGER:
            del people[openid]
        return replace(self, people=people)

    def with_follows(self, openid: str, follows: Follows) -> "Model":
        return replace(self, follows={**self.follows, openid: follows})


def model_of(books: Books, followers: Mapping[str, Follower]) -> Model:
    """The stored state in the model's terms."""
    people = {account.openid: _person(account) for account in books.accounts}
    released = (claim.attempt_id for a in books.accounts for claim in a.claims if claim.status is PayoutStatus.RELEASED)
    return Model(
        people={openid: person for openid, person in people.items() if person != STRANGER},
        follows={openid: _follows(follower) for openid, follower in followers.items()},
        free={packet.number: packet.amount_fen for packet in books.free},
        released=frozenset(released),
    )


def _person(account: Account) -> Person:
    me = account.me
    return Person(
        granted=me.chances.granted,
        spent=me.chances.spent,
        on_hold=me.on_hold,
        attempts=me.attempts,
        best=me.best_score,
        submitted_at=me.submitted_at,
        passed=account.passed,
        claims={c.attempt_id: (c.claim_id, c.packet.number, c.packet.amount_fen) for c in account.claims},
    )


def _follows(follower: Follower) -> Follows:
    return Follows(
        subscribed=follower.subscribed,
        known=follower.known,
        event_at=follower.event_at,
        first_at=follower.first_follow_at,
        seen_at=follower.seen_following_at,
        looked_at=follower.looked_up_at,
        asked_at=follower.asked_at,
        invited_by=follower.invited_by,
        invited_at=follower.invited_at,
        counted_for=follower.referral_to,
        settled=follower.settled.value if follower.settled else "",
    )
