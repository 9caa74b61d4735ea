"""Exports and erases one person's data on request, and purges everybody's at the end (R17)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.operator_log import LogEntry, person_digest
from chalicelib.domain.purge import FollowerPurge, Purge, PurgeState, digest_with
from chalicelib.ports import Baseline, Clock, Control, Participants, Payouts, PersonalData, StoredRow

EXPORT, ERASE, PURGE = "person export", "person erase", "purge"
PASSES = 5
"""The most passes of a purge's step. A pass that finds nothing ends it; only data written meanwhile need a third."""
Tell = Callable[[int], None]
"""Gets the number of rows done."""


@dataclass(frozen=True, slots=True)
class PersonalRecords:
    contest: Contest
    data: PersonalData
    participants: Participants
    payouts: Payouts
    control: Control
    baseline: Baseline
    clock: Clock
    new_key: Callable[[], str]
    """A fresh key of 32 bytes, in hexadecimal."""
    log_decision: Callable[[LogEntry], None]
    office_rows: Callable[[], Iterable[StoredRow]]
    """What the organiser's desk keeps about people."""
    purge_office: Callable[[], int]
    """Returns how much of it there was."""

    def export_person(self, openid: str, who: str, reason: str) -> list[StoredRow]:
        """Returns all of one person's rows. Raises OperatorRefused if there are none."""
        found = list(self.data.rows_of(openid))
        if not found:
            raise OperatorRefused("no_such_person")
        self.log_decision(self._entry(who, EXPORT, openid, reason))
        return found

    def erase_person(self, openid: str, who: str, reason: str) -> bool:
        """Removes answers, scores and unit; data that I2 to I4 need are kept. Returns False if they were removed
        before.

        Raises OperatorRefused as `require_settled`.
        """
        self.require_settled(openid)
        return self.data.erase_answers(openid, self._entry(who, ERASE, openid, reason))

    def require_settled(self, openid: str) -> None:
        """Raises OperatorRefused for an unknown person, and while a payout of theirs is not final."""
        if not any(True for _ in self.data.rows_of(openid)):
            raise OperatorRefused("no_such_person")
        if not all(claim.is_final for claim in self.participants.claims_of(openid)):
            raise OperatorRefused("payout_not_final")

    def require_due(self) -> None:
        """Raises OperatorRefused unless the purge may begin now."""
        until = self.contest.privacy.kept_until
        if until is None:
            raise OperatorRefused("no_kept_until")
        if self.clock() < until:
            raise OperatorRefused("kept_until", f"{until:%Y-%m-%d %H:%M}")
        if any(True for _ in self.payouts.open_claims()):
            raise OperatorRefused("payout_not_final")

    def everything(self) -> Iterable[StoredRow]:
        return chain(self.data.all_rows(), self.office_rows())

    @property
    def is_purged(self) -> bool:
        return self.control.read_switches().purge is PurgeState.DONE

    def purge(self, who: str, reason: str, tell: Tell) -> int:
        """Purges all personal data, or continues an earlier run. Returns how many rows it changed.

        Each step is repeated until it finds nothing more. After a purge that is done, only the desk's is repeated: who
        had come in by a link a moment before may have stored something since. Raises OperatorRefused: as
        `require_due`, while another contest keeps the follower registry, and when a step finds something in every
        pass.
        """
        self.require_due()
        counts = self.participants.count_people()
        if self.control.read_switches().purge is PurgeState.NONE:  # then nobody was missing in the counts
            self.control.store_counts(counts, self.clock())
        entry = LogEntry(self.clock(), who, PURGE, new=PurgeState.BEGUN.value, reason=reason)
        begun = self.data.begin_purge(self.new_key(), self.clock(), entry)
        if not begun.key:
            if left := self._all(self.purge_office, tell):
                self.log_decision(LogEntry(self.clock(), who, PURGE, new=PurgeState.DONE.value, reason=reason))
            return left
        digest = digest_with(begun.key)
        done = self._all(lambda: self.data.purge_claims(digest), tell)
        done += self._all(self.data.purge_people, tell)
        done += self._all(self.purge_office, tell)
        self.baseline.move_import("")
        self.control.forget_refused()
        others = self.data.unfinished_contests()
        done += self._all(lambda: self.data.purge_followers(self._followers(begun, remove=not others)), tell)
        if others:
            raise OperatorRefused("others_unfinished", "、".join(others))
        self.data.end_purge(LogEntry(self.clock(), who, PURGE, new=PurgeState.DONE.value, reason=reason))
        return done

    def _followers(self, begun: Purge, remove: bool) -> FollowerPurge:
        if not (remove and self.contest.privacy.keeps_former):
            return FollowerPurge(begun.begun_at, remove)
        return FollowerPurge(begun.begun_at, remove, digest_with(self.data.former_key(self.new_key())))

    def _all(self, step: Callable[[], int], tell: Tell) -> int:
        done = 0
        for _ in range(PASSES):
            found = step()
            done += found
            tell(done)
            if not found:
                return done
        raise OperatorRefused("purge_unfinished")

    def _entry(self, who: str, what: str, openid: str, reason: str) -> LogEntry:
        return LogEntry(self.clock(), who, what, person_digest(self.contest.id, openid), reason=reason)
